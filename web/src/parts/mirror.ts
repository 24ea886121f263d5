// The camera's picture, mirrored, and what lies over it: 3-2-1, the ring of a burst, a word of advice, and what
// to do when there is no picture.

import { type CameraState, cameraKey } from "../camera_error";
import { h, replay, write } from "../dom";
import { onLanguage, say } from "../words";

export interface Mirror {
  root: HTMLElement;
  frame: HTMLElement; // the match puts its big words over it, too
  drawState(state: CameraState): void;
  count(left: number): void;
  taken(count: number, of: number): void;
  burst(phase: "" | "countdown" | "recording"): void;
  caption(text: string): void;
  rate(text: string): void;
}

export function makeMirror(video: HTMLVideoElement, retry: () => void): Mirror {
  const arc = h("circle", { class: "ring-arc", cx: 50, cy: 50, r: 46, pathLength: 100 });
  const ring = h("svg", { class: "ring", viewBox: "0 0 100 100", "aria-hidden": "true" },
    h("circle", { class: "ring-back", cx: 50, cy: 50, r: 46 }), arc);
  const counter = h("div", { class: "count", "aria-live": "assertive" });
  const flash = h("div", { class: "flash" });
  const words = h("p", { class: "caption" });
  const rate = h("div", { class: "rate" });
  const sentence = h("p", { role: "alert" });
  const again = h("button", { class: "button", onclick: retry });
  const trouble = h("div", { class: "trouble", hidden: true }, sentence, again);
  const frame = h("div", { class: "frame", tabindex: -1, role: "group" }, video, flash, ring, counter, words, rate, trouble);
  const root = h("section", { class: "camera" }, frame);
  let state: CameraState = "off";

  function drawState(now: CameraState): void {
    state = now;
    frame.dataset.state = now.endsWith("Error") ? "error" : now;
    trouble.hidden = now === "live";
    again.hidden = now === "starting";
    write(sentence, say(cameraKey(now), { error: now, host: location.hostname }));
    write(again, say(now === "off" ? "camera.on" : "camera.retry"));
    frame.setAttribute("aria-label", say("phone.mirror"));
  }
  onLanguage(() => drawState(state));

  return {
    root,
    frame,
    drawState,
    count(left) {
      write(counter, left ? `${left}` : "");
      if (left) replay(counter, "pop");
    },
    taken(count, of) {
      arc.style.strokeDashoffset = `${100 - (100 * count) / of}`;
      flash.classList.toggle("odd");
    },
    burst(phase) {
      frame.dataset.burst = phase;
      arc.style.strokeDashoffset = "100";
      if (phase !== "countdown") write(counter, "");
    },
    caption: (text) => write(words, text),
    rate: (text) => write(rate, text),
  };
}
