import { expect, test } from "vitest";
import { Pace } from "../src/pace";

test("two frames at most are unanswered", () => {
  const pace = new Pace(2);
  const first = pace.sent(0);
  expect(pace.hasRoom(1)).toBe(true);
  pace.sent(1);
  expect(pace.hasRoom(2)).toBe(false);
  pace.answered(first);
  expect(pace.hasRoom(3)).toBe(true);
});

test("an answer that never comes does not stop the frames", () => {
  const pace = new Pace(2, 5000);
  pace.sent(0);
  pace.sent(10);
  expect(pace.hasRoom(4999)).toBe(false);
  expect(pace.hasRoom(5001)).toBe(true);
});

test("an answer that comes after all makes no room twice", () => {
  const pace = new Pace(2, 5000);
  const old = pace.sent(0);
  expect(pace.hasRoom(6000)).toBe(true);
  pace.sent(6000);
  pace.sent(6001);
  pace.answered(old);
  expect(pace.hasRoom(6002)).toBe(false);
});

test("what was on its way when the connection went is not waited for", () => {
  const pace = new Pace(1);
  pace.sent(0);
  pace.reset();
  expect(pace.hasRoom(1)).toBe(true);
});
