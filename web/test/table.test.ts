import { expect, test } from "vitest";
import type { Face, Snapshot } from "../src/protocol";
import { asked, neutralOf } from "../src/table";

const view = (...roles: Face["role"][]): Snapshot =>
  ({ faces: roles.map((role, i) => ({ id: `${i}`, role })) }) as unknown as Snapshot;

test("the neutral face is none of those that are asked for", () => {
  expect(asked(view("face", "face", "neutral")).map(({ id }) => id)).toEqual(["0", "1"]);
  expect(neutralOf(view("face", "face", "neutral"))?.id).toBe("2");
});

test("there may be no neutral face", () => {
  expect(asked(view("face", "face"))).toHaveLength(2);
  expect(neutralOf(view("face", "face"))).toBeUndefined();
});
