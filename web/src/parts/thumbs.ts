// What is under the thumb: the big red button between the face's own things and what comes next.

import { h, name, write } from "../dom";
import type { Snapshot } from "../protocol";
import { nameOf, type Table } from "../table";
import { say } from "../words";
import { isTried } from "./learning";

export interface Thumbs {
  root: HTMLElement;
  draw(view: Snapshot): void;
  record(): void;
}

export function makeThumbs(table: Table, openFace: () => void): Thumbs {
  const face = h("button", { class: "button", onclick: openFace });
  const undo = h("button", { class: "button small", onclick: () => table.do("undo") });
  const shutter = h("button", { class: "shutter", onclick: record }, h("span", { class: "dot" }));
  const caption = h("span", { class: "shutter-name", "aria-hidden": "true" });
  const train = h("button", { class: "button", onclick: () => table.do("train") });
  const play = h("button", { class: "button big go", onclick: () => table.do("start") });
  const root = h("section", { class: "thumbs" },
    h("div", { class: "side" }, face, undo),
    h("div", { class: "middle" }, shutter, caption),
    h("div", { class: "side next" }, play, train));

  /** Record the chosen face; pressed again, stop. */
  function record(): void {
    const burst = table.view()?.burst;
    if (burst) table.do("burst_sent", { burst: burst.id });
    if (burst?.face !== table.chosen()) table.do("record", { face: table.chosen() });
  }

  function draw(view: Snapshot): void {
    const { brain, burst } = view;
    const chosen = nameOf(view, table.chosen());
    const recording = burst?.face === table.chosen();
    write(face, say("phone.face"));
    name(face, say("phone.face_of", { name: chosen }));
    write(undo, say("faces.undo"));
    undo.hidden = !view.can_undo;
    const label = say(recording ? "faces.stop" : "faces.record", { name: chosen });
    if (shutter.getAttribute("aria-label") !== label) name(shutter, label);
    shutter.classList.toggle("recording", recording);
    write(caption, chosen);
    const tried = isTried(brain);
    write(train, say(brain.state === "stale" ? "train.again" : "train.button"));
    train.disabled = brain.state === "training";
    train.classList.toggle("go", !tried && !brain.refusal);
    train.classList.toggle("big", !tried);
    train.classList.toggle("small", tried);
    train.classList.toggle("due", brain.state === "stale");
    write(play, say("match.start"));
    play.hidden = !tried;
  }

  return { root, draw, record };
}
