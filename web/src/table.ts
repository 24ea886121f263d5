// What the parts of the phone page share.

import type { Face, Snapshot } from "./protocol";

export interface Table {
  view(): Snapshot | null;
  /** The face that the red button records: its id. */
  chosen(): string;
  choose(face: string): void;
  /** A command of the player's: `Game.do`. */
  do(command: string, details?: Record<string, unknown>): void;
  /** A sentence of the page's own, until the next one. */
  tell(sentence: string, kind?: "info" | "error"): void;
}

/** The faces that can be asked for; the neutral one is not, and counts for no limit. */
export const asked = (view: Snapshot): Face[] => view.faces.filter(({ role }) => role === "face");
export const neutralOf = (view: Snapshot): Face | undefined => view.faces.find(({ role }) => role === "neutral");
export const nameOf = (view: Snapshot, id: string): string => view.faces.find((face) => face.id === id)?.name ?? id;
export const percent = (share: number): number => Math.round(100 * share);

/** Vibrate, where the phone does. */
export function buzz(pattern: number | number[]): void {
  try {
    navigator.vibrate?.(pattern);
  } catch {
    // not allowed before the first touch
  }
}
