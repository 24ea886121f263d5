import { expect, test } from "vitest";
import type { Face, Snapshot } from "../src/protocol";
import { burstStep, merge, nextToRecord } from "../src/snapshot";

const whole = { stage: "teach", wants: "nothing", faces: [], brain: { state: "untrained" }, stamp: 0 } as unknown as Snapshot;

test("changes are laid over the snapshot before, which stays as it was", () => {
  const now = merge(whole, { wants: "frames", stamp: 7 });
  expect(now).toMatchObject({ stage: "teach", wants: "frames", stamp: 7 });
  expect(whole.wants).toBe("nothing");
});

test("a field that became null is null", () => {
  expect(merge({ ...whole, notice: { key: "k", details: {}, kind: "info" } }, { notice: null })?.notice).toBeNull();
});

test("before the first whole snapshot there is nothing to draw", () => {
  expect(merge(null, { stamp: 3 })).toBeNull();
  expect(merge(null, whole)).toEqual(whole);
});

test("a burst begins once, is stopped when the game has ended it, and gives way to another", () => {
  expect(burstStep(null, { id: 1 })).toBe("start");
  expect(burstStep(1, { id: 1 })).toBe("nothing");
  expect(burstStep(1, null)).toBe("stop");
  expect(burstStep(1, { id: 2 })).toBe("start");
  expect(burstStep(null, null)).toBe("nothing");
});

test("after a face the next empty one is recorded, round and round, and the neutral one last of all", () => {
  const faces = (empty: string): Face[] => ["a", "b", "c", "n"].map((id) =>
    ({ id, role: id === "n" ? "neutral" : "face", pictures: empty.includes(id) ? [] : ["p"] }) as unknown as Face);
  expect(nextToRecord(faces("bcn"), "a")).toBe("b");
  expect(nextToRecord(faces("an"), "c")).toBe("a");
  expect(nextToRecord(faces("n"), "b")).toBe("n");
  expect(nextToRecord(faces(""), "n")).toBeUndefined();
});
