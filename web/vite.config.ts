import { defineConfig, type Plugin } from "vite";

// The groups of sentences that the pages can show; the rest of the catalogue is for terminals and notebooks.
const GROUPS = ["board", "brought_back", "burst", "camera", "coach", "error", "faces", "forget", "keys", "language",
  "look", "match", "phone", "progress", "result", "train", "tryout"];

/** The catalogue without what no page shows. */
function catalogue(): Plugin {
  return {
    name: "facegame-catalogue",
    enforce: "pre",
    transform(code, id) {
      if (!id.endsWith("/facegame_lib/texts.json")) return null;
      const all = JSON.parse(code) as Record<string, Record<string, string>>;
      const kept = Object.entries(all).map(([language, words]) => [
        language,
        Object.fromEntries(Object.entries(words).filter(([key]) => GROUPS.includes(key.split(".")[0] ?? ""))),
      ]);
      return JSON.stringify(Object.fromEntries(kept));
    },
  };
}

export default defineConfig({
  plugins: [catalogue()],
  build: {
    outDir: "../facegame_lib/reco/static",
    emptyOutDir: true,
    target: ["es2019", "chrome79", "safari13.1", "firefox78"], // phones from about 2019 on
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: { index: "index.html", board: "board.html" } },
  },
  server: {
    fs: { allow: [".."] },
    proxy: { "/socket.io": { target: "http://127.0.0.1:8765", ws: true } }, // npx vite, beside a `facegame serve`
  },
  json: { namedExports: false },
});
