// The newest snapshot, put together from what changed.

import type { Face, Snapshot } from "./protocol";

/** That snapshot with these changes. Before the first whole one came there is nothing to draw: null. */
export function merge(before: Snapshot | null, changes: Partial<Snapshot>): Snapshot | null {
  if (before === null && !isWhole(changes)) return null;
  return { ...before, ...changes } as Snapshot;
}

function isWhole(changes: Partial<Snapshot>): changes is Snapshot {
  return changes.faces !== undefined && changes.brain !== undefined && changes.stage !== undefined;
}

/** What has to be done about a burst when the snapshot says `now` and the page carries out `mine` (an id). */
export function burstStep(mine: number | null, now: { id: number } | null): "start" | "stop" | "nothing" {
  if (now !== null && now.id !== mine) return "start";
  return now === null && mine !== null ? "stop" : "nothing";
}

/** The face to record after that one: the next without pictures; the neutral one, which is no must, after all
 * others. undefined when all have pictures. */
export function nextToRecord(faces: Face[], recorded: string): string | undefined {
  const at = faces.findIndex(({ id }) => id === recorded);
  const empty = [...faces.slice(at + 1), ...faces.slice(0, at)].filter(({ pictures }) => pictures.length === 0);
  return (empty.find(({ role }) => role === "face") ?? empty[0])?.id;
}
