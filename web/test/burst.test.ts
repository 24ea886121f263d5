import { expect, test } from "vitest";
import { Burst, type Stage } from "../src/burst";
import type { BurstPlan } from "../src/protocol";

const plan = (more: Partial<BurstPlan> = {}): BurstPlan =>
  ({ id: 5, face: "f", countdown: 0, due: [0, 0.15, 0.3], seconds: 0.45, arrived: 0, ...more });

type Made = Stage & { log: unknown[]; time: number };

/** A stage whose clock moves only when somebody sleeps. */
function stage(more: Partial<Stage> = {}): Made {
  const made: Made = {
    log: [] as unknown[],
    time: 1000,
    now: () => made.time,
    sleep: async (ms: number) => void (made.time += ms),
    grab: async () => new ArrayBuffer(1),
    send: async (burst: number, stamp: number) => void made.log.push([burst, Math.round(stamp * 1000)]),
    counting: (left: number) => void made.log.push(`count ${left}`),
    taken: () => undefined,
    ...more,
  };
  return made;
}

test("a picture is taken at each due time, stamped from the first", async () => {
  const on = stage();
  await new Burst(plan(), on).run();
  expect(on.log).toEqual(["count 0", [5, 0], [5, 150], [5, 300]]);
});

test("3-2-1 comes first, a second each", async () => {
  const on = stage();
  const counted: number[] = [];
  on.counting = (left) => void counted.push(left, on.time);
  await new Burst(plan({ countdown: 3, due: [0] }), on).run();
  expect(counted).toEqual([3, 1000, 2, 2000, 1, 3000, 0, 4000]);
});

test("a stopped burst takes no more pictures", async () => {
  const on = stage({ taken: (count) => count === 2 && burst.stop() });
  const burst: Burst = new Burst(plan(), on);
  await burst.run();
  expect(on.log).toEqual(["count 0", [5, 0], [5, 150]]);
});

test("a picture that cannot be taken is one less, and ends nothing", async () => {
  let grabs = 0;
  const on = stage({ grab: () => (++grabs === 2 ? Promise.reject(new Error("no picture")) : Promise.resolve(new ArrayBuffer(1))) });
  await new Burst(plan(), on).run();
  expect(on.log).toEqual(["count 0", [5, 0], [5, 300]]);
});
