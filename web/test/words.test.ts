import { expect, test } from "vitest";
import { tokenIn } from "../src/memory";
import { fill, preferred } from "../src/words";

test("the language is the one chosen, else the browser's first that there is, else English", () => {
  expect(preferred("es", ["en-GB"])).toBe("es");
  expect(preferred("", ["fr-FR", "es-MX", "en"])).toBe("es");
  expect(preferred("", ["fr"])).toBe("en");
  expect(preferred("", [])).toBe("en");
});

test("braces are filled in, and what nobody fills in stays", () => {
  expect(fill("{a} of {b:.1f} {c}", { a: 0, b: "x" })).toBe("0 of x {c}");
});

test("the token is the address's fragment", () => {
  expect(tokenIn("#abc-_1")).toBe("abc-_1");
  expect(tokenIn("#a%20b%23c")).toBe("a b#c");
  expect(tokenIn("#%")).toBe("%");
  expect(tokenIn("")).toBe("");
});
