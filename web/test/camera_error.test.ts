import { expect, test } from "vitest";
import texts from "../../facegame_lib/texts.json";
import { cameraKey, type CameraState, stateOf } from "../src/camera_error";

test.each([
  ["NotAllowedError", "camera.NotAllowedError"],
  ["PermissionDeniedError", "camera.NotAllowedError"],
  ["NotFoundError", "camera.NotFoundError"],
  ["NotReadableError", "camera.NotReadableError"],
  ["TrackStartError", "camera.NotReadableError"],
  ["InsecureError", "phone.insecure"],
  ["EndedError", "camera.EndedError"],
  ["TimeoutError", "camera.TimeoutError"],
  ["StrangeError", "camera.UnknownError"],
  ["starting", "camera.starting"],
  ["off", "phone.camera_off"],
])("a camera that is %s has its sentence", (state, key) => {
  expect(cameraKey(state as CameraState)).toBe(key);
  expect(texts.en).toHaveProperty([key]);
});

test("an exception says its name; one without is unknown", () => {
  expect(stateOf(new DOMException("", "NotReadableError"))).toBe("NotReadableError");
  expect(stateOf({ name: "live" })).toBe("UnknownError");
  expect(stateOf("off")).toBe("UnknownError");
});
