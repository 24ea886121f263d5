// Why a camera does not start, as a sentence that says what to do.

import type { Key } from "./words";

/** How the camera is: one of these, or a browser's error by its name. */
export type CameraState = "off" | "starting" | "live" | `${string}Error`;

const SENTENCES: Record<string, Key> = {
  InsecureError: "phone.insecure", // the notebook's sentence is about localhost; a phone has none
  NotAllowedError: "camera.NotAllowedError",
  NotFoundError: "camera.NotFoundError",
  NotReadableError: "camera.NotReadableError",
  AbortError: "camera.AbortError",
  OverconstrainedError: "camera.OverconstrainedError",
  SecurityError: "camera.SecurityError",
  EndedError: "camera.EndedError",
  TimeoutError: "camera.TimeoutError",
};
const OLD_NAMES: Record<string, string> = {
  PermissionDeniedError: "NotAllowedError",
  PermissionDismissedError: "NotAllowedError",
  DevicesNotFoundError: "NotFoundError",
  TrackStartError: "NotReadableError",
  ConstraintNotSatisfiedError: "OverconstrainedError",
};

/** The key of what to tell the player about a camera in that state. */
export function cameraKey(state: CameraState): Key {
  if (state === "starting") return "camera.starting";
  if (state === "off" || state === "live") return "phone.camera_off";
  return SENTENCES[OLD_NAMES[state] ?? state] ?? "camera.UnknownError";
}

/** The state that an exception of the browser's means. */
export function stateOf(error: unknown): CameraState {
  const name = typeof error === "object" && error !== null && "name" in error ? String(error.name) : "";
  return /^\w+Error$/.test(name) ? (name as CameraState) : "UnknownError";
}
