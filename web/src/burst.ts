// One burst, timed and stamped where the camera is: 3-2-1, then a picture at each due time.

import type { BurstPlan } from "./protocol";

/** Where time and pictures come from and go to; a test has clocks of its own. */
export interface Stage {
  now(): number; // ms
  sleep(ms: number): Promise<void>;
  grab(): Promise<ArrayBuffer>;
  send(burst: number, stamp: number, jpeg: ArrayBuffer): Promise<unknown>;
  counting(left: number): void; // 3, 2, 1, then 0
  taken(count: number, of: number): void;
}

const STEP = 50; // ms between looks at whether the burst was stopped

export class Burst {
  private stopped = false;

  constructor(
    readonly plan: BurstPlan,
    private readonly stage: Stage,
  ) {}

  /** Take no more pictures. */
  stop(): void {
    this.stopped = true;
  }

  /** Carry it out; done when the server has all pictures that could be taken. */
  async run(): Promise<void> {
    const { plan, stage } = this;
    const counted = stage.now() + plan.countdown * 1000;
    for (let left = Math.ceil(plan.countdown); left > 0 && !this.stopped; left--) {
      stage.counting(left);
      await this.until(counted - (left - 1) * 1000);
    }
    stage.counting(0);
    const start = stage.now();
    const sending: Promise<unknown>[] = [];
    for (let i = 0; i < plan.due.length; i++) {
      await this.until(start + (plan.due[i] ?? 0) * 1000);
      if (this.stopped) break;
      const stamp = (stage.now() - start) / 1000;
      const sent = stage.grab().then((jpeg) => stage.send(plan.id, stamp, jpeg));
      sending.push(sent.catch(() => undefined)); // one picture less; the game counts those that arrive
      stage.taken(i + 1, plan.due.length);
    }
    await Promise.all(sending);
  }

  private async until(time: number): Promise<void> {
    for (;;) {
      const left = time - this.stage.now();
      if (left <= 0 || this.stopped) return;
      await this.stage.sleep(Math.min(left, STEP));
    }
  }
}
