// The screen stays on during a match, where the browser knows how.

interface Lock {
  release(): Promise<void>;
}
type Locks = { request(kind: "screen"): Promise<Lock> };

let wanted = false;
let lock: Lock | null = null;

/** Keep the screen on, or let it sleep again. */
export async function stayAwake(on: boolean): Promise<void> {
  if (on === wanted) return;
  wanted = on;
  await settle();
}

async function settle(): Promise<void> {
  const locks = (navigator as { wakeLock?: Locks }).wakeLock;
  try {
    if (!wanted || document.hidden) {
      await lock?.release();
      lock = null;
    } else if (locks) lock = await locks.request("screen");
  } catch {
    // battery low, or not allowed: the phone's own time-out holds
  }
}

document.addEventListener("visibilitychange", () => void settle()); // a hidden page loses its lock
