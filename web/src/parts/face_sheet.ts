// One face's sheet: its name, its pictures (a tap removes one), files, undo, and to remove it all.

import { small } from "../camera";
import { h, name, sheet, write } from "../dom";
import type { Pictures } from "../pictures";
import type { Snapshot } from "../protocol";
import { asked, type Table } from "../table";
import { onLanguage, say } from "../words";

const UPLOADS = 40; // files at once
const UPLOAD_SIDE = 640;

export function makeFaceSheet(
  table: Table,
  pictures: Pictures,
  upload: (face: string, jpeg: ArrayBuffer) => Promise<unknown>,
): { root: HTMLElement; open(): void; draw(view: Snapshot): void } {
  const title = h("input", { class: "name", maxlength: 40, autocomplete: "off", enterkeyhint: "done",
    onchange: () => table.do("rename_face", { face: table.chosen(), name: title.value }),
    onkeydown: (event: KeyboardEvent) => event.key === "Enter" && title.blur() });
  const caption = h("span");
  const label = h("label", { class: "field" }, caption, title);
  const close = h("button", { class: "round", onclick: () => box.close() }, "✕");
  const status = h("p", { class: "hint", role: "status" });
  const list = h("div", { class: "pictures" });
  const file = h("input", { type: "file", accept: "image/jpeg,image/png", multiple: true, hidden: true,
    onchange: () => void send() });
  const load = h("button", { class: "button", onclick: () => file.click() });
  const undo = h("button", { class: "button", onclick: () => table.do("undo") });
  const clear = h("button", { class: "button", onclick: () => table.do("clear", { face: table.chosen() }) });
  const remove = h("button", { class: "button danger", onclick: () => (table.do("remove_face", { face: table.chosen() }), box.close()) });
  const box = sheet(h("div", { class: "row top" }, label, close), status, list,
    h("div", { class: "row" }, load, undo, clear, remove, file));

  onLanguage(() => {
    write(caption, say("faces.name"));
    name(close, say("phone.close"));
    write(load, say("faces.upload"));
    write(undo, say("faces.undo"));
    write(clear, say("faces.clear"));
  });

  function draw(view: Snapshot): void {
    const face = view.faces.find(({ id }) => id === table.chosen());
    if (!box.isOpen()) return;
    if (!face) return box.close();
    box.root.setAttribute("aria-label", face.name);
    if (title !== document.activeElement) title.value = face.name;
    undo.disabled = !view.can_undo;
    clear.disabled = face.pictures.length === 0;
    remove.disabled = face.role === "face" && asked(view).length <= view.limits[0];
    write(remove, say("faces.remove", { name: face.name }));
    const count = face.pictures.length;
    const parts = count ? [say(count === 1 ? "faces.picture" : "faces.pictures", { count })]
      : [face.role === "neutral" ? say("faces.neutral_hint") : say("phone.no_pictures", { name: face.name })];
    if (face.takes > 1) parts.push(say("faces.takes", { count: face.takes }));
    if (face.arrived) parts.push(say("faces.arrived", { count: face.arrived[0], planned: face.arrived[1] }));
    write(status, parts.join(" · "));
    drawPictures(face.pictures, say("faces.thumbnail", { name: face.name }));
  }

  function drawPictures(ids: string[], label: string): void {
    const there = new Map([...list.children].map((node) => [(node as HTMLElement).dataset.id, node]));
    for (const [id, node] of there) if (!ids.includes(id ?? "")) node.remove();
    for (const id of ids) {
      const node = there.get(id) ?? h("button", { class: "thumbnail", "data-id": id, onclick: () => table.do("remove_pictures", { pictures: [id] }) },
        h("img", { alt: "", draggable: false }));
      if (!there.has(id)) list.append(node);
      name(node, label);
      const image = node.firstChild as HTMLImageElement;
      if (!image.src && pictures.url(id)) image.src = pictures.url(id);
    }
  }

  async function send(): Promise<void> {
    const face = table.chosen();
    const files = [...(file.files ?? [])].slice(0, UPLOADS);
    file.value = "";
    for (const one of files) await upload(face, await small(one, UPLOAD_SIDE)); // one at a time: a message is 1 MB at most
  }

  function open(): void {
    box.open();
    const view = table.view();
    if (view) draw(view);
  }

  return { root: box.root, open, draw };
}
