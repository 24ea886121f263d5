// What the server sends: facegame_lib/snapshot.py as JSON. The page draws it and decides nothing.

export type Stage = "teach" | "match" | "result";
export type Sight = "face" | "nothing" | "other";

/** A sentence of the catalogue, and what fills in its braces. */
export interface Notice {
  key: string;
  details: Record<string, unknown>;
  kind: "info" | "error";
}

export interface Face {
  id: string;
  name: string;
  pictures: string[];
  takes: number;
  arrived: [number, number] | null;
  advice: string;
  role: "face" | "neutral"; // the neutral one is offered, no must, and never asked for
}

export interface BurstPlan {
  id: number;
  face: string;
  countdown: number; // seconds, as `due`
  due: number[];
  seconds: number;
  arrived: number;
}

export interface Brain {
  state: "preparing" | "untrained" | "training" | "trained" | "stale" | "failed";
  progress: number;
  step: string;
  refusal: Notice | null;
  pictures: number;
  agreement: number | null;
  confused: [string, string, number] | null;
  skipped: number;
  weakest: [string, string] | null; // whom a second take would help most, and who is near
}

export interface Guess {
  bars: [string, number, number][];
  likeliest: string;
  known: number;
  sight: Sight;
  fps: number;
}

export interface Match {
  phase: "ready" | "countdown" | "playing" | "paused" | "over";
  seconds: number;
  top: number;
  target: string;
  number: number;
  closeness: number;
  holding: number;
  likeliest: string;
  sight: Sight;
  score: number;
  left: number;
  counting: number;
  why: string;
}

export interface Result {
  score: number;
  per_face: [string, number, number][];
  best: number;
  record: boolean;
  why: string;
  seed: number;
}

export interface Snapshot {
  stage: Stage;
  wants: "nothing" | "frames" | "burst";
  faces: Face[];
  limits: [number, number];
  burst: BurstPlan | null;
  brain: Brain;
  guess: Guess;
  match: Match | null;
  result: Result | null;
  notice: Notice | null;
  counts_down: boolean;
  can_undo: boolean;
  folder: string;
  looks_at: "face" | "frame" | ""; // "": there is no switch
  stamp: number;
}

/** What an acknowledgement says when something could not be done. */
export interface Refusal {
  error: string;
  message: string;
}

export interface Welcome {
  session: string;
  secret: string;
  resumed: boolean;
  language: string;
  name: string;
}

export interface PictureRow {
  id: string;
  face: string;
  take: number;
}

/** What the projector's board shows. */
export interface Board {
  address: string;
  qr: string; // an SVG
  players: { name: string; stage: string; score: number }[];
  today: { name: string; score: number; faces: number; seconds: number; at: string | number }[];
}

export function isRefusal(answer: unknown): answer is Refusal {
  return typeof answer === "object" && answer !== null && "error" in answer && "message" in answer;
}
