// How fast live frames are sent: as fast as the server answers. A few are unanswered at most, and a frame is
// taken only when there is room, so the one that is sent is always the newest.

export class Pace {
  private waiting = new Map<number, number>(); // number of a frame -> when it was sent
  private next = 0;

  /** `silence`: milliseconds after which an answer is no longer waited for. */
  constructor(
    readonly limit = 2,
    readonly silence = 5000,
  ) {}

  /** Whether another frame may be sent at that time (ms). */
  hasRoom(now: number): boolean {
    for (const [number, sent] of this.waiting) {
      if (now - sent > this.silence) this.waiting.delete(number);
    }
    return this.waiting.size < this.limit;
  }

  /** A frame goes out at that time; the number to answer it by. */
  sent(now: number): number {
    this.waiting.set(++this.next, now);
    return this.next;
  }

  /** The server has dealt with that frame, or dropped it. */
  answered(number: number): void {
    this.waiting.delete(number);
  }

  /** The connection is gone, and with it what was on its way. */
  reset(): void {
    this.waiting.clear();
  }
}
