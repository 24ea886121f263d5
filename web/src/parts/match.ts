// The match: the label, the tall bar, the score and the clock. It draws what the game says.

import { h, replay, write } from "../dom";
import type { Match, Snapshot } from "../protocol";
import { buzz, nameOf, percent, type Table } from "../table";
import { type Key, onLanguage, say, told } from "../words";

const CHEERS: Key[] = ["match.cheer.0", "match.cheer.1", "match.cheer.2", "match.cheer.3"];

export interface MatchStage {
  roots: HTMLElement[];
  draw(view: Snapshot): void;
  toggle(): void; // pause, or go on
}

/** `frame` is the camera's: big words and cheers lie over it. */
export function makeMatch(table: Table, frame: HTMLElement, caption: (text: string) => void): MatchStage {
  const scoreWord = h("span"), leftWord = h("span");
  const score = h("strong", { class: "score" });
  const left = h("strong", { class: "left" });
  const clock = h("div", { class: "clock" });
  const facts = h("section", { class: "facts" }, h("div", {}, scoreWord, score), h("div", {}, leftWord, left),
    h("div", { class: "clock-track", "aria-hidden": "true" }, clock));
  const label = h("section", { class: "label", "aria-live": "assertive" });
  const fill = h("div", { class: "meter-fill" });
  const line = h("div", { class: "meter-top" });
  const share = h("div", { class: "meter-share", "aria-hidden": "true" });
  const meter = h("div", { class: "meter", role: "meter", "aria-valuemin": 0, "aria-valuemax": 100 }, fill, line, share);
  const pause = h("button", { class: "button", onclick: toggle });
  const skip = h("button", { class: "button", onclick: () => table.do("skip") });
  const quit = h("button", { class: "button", onclick: () => table.do("quit") });
  const controls = h("section", { class: "controls" }, pause, skip, quit);
  const stars = h("section", { class: "stars", "aria-hidden": "true" }); // one for each point
  const counter = h("div", { class: "count", "aria-live": "assertive" });
  const why = h("p", { role: "status" });
  const resume = h("button", { class: "button big go", onclick: toggle });
  const waiting = h("div", { class: "trouble waiting", hidden: true }, why, resume);
  const cheer = h("div", { class: "cheer", role: "status" });
  frame.append(counter, waiting, cheer);
  let last: Match | null = null;
  let drawn = 0;

  const paused = (): boolean => table.view()?.match?.phase === "paused";

  function toggle(): void {
    table.do(paused() ? "resume" : "pause");
  }

  onLanguage(() => {
    write(scoreWord, say("match.score"));
    write(leftWord, say("match.left"));
    meter.setAttribute("aria-label", say("match.meter"));
    write(skip, say("match.skip"));
    write(quit, say("match.quit"));
    write(resume, say("match.resume"));
  });

  function draw(view: Snapshot): void {
    const match = view.stage === "match" ? view.match : null;
    if (!match) {
      if (last) clear();
      return;
    }
    write(score, `${match.score}`);
    write(left, `${Math.ceil(match.left)} s`);
    clock.style.transform = `scaleX(${Math.min(1, match.left / match.seconds)})`;
    facts.classList.toggle("ending", match.phase === "playing" && match.left <= 5);
    write(label, match.target ? nameOf(view, match.target) : say("match.ready"));
    if (match.target && match.number !== last?.number) replay(label, "new");
    drawMeter(match);
    const counting = match.phase === "countdown" && match.counting ? `${match.counting}` : "";
    if (counting && counter.textContent !== counting) {
      replay(counter, "pop");
      buzz(30);
    }
    write(counter, counting);
    waiting.hidden = !paused();
    write(why, paused() ? told(`match.paused.${match.why}`) : "");
    write(pause, say(paused() ? "match.resume" : "match.pause"));
    skip.disabled = match.phase !== "playing";
    caption(match.phase === "playing" ? remark(view, match) : "");
    while (stars.children.length > match.score) stars.lastChild?.remove();
    while (stars.children.length < match.score) stars.append(h("span", {}, "★"));
    if (last && match.score > last.score) {
      write(cheer, say(CHEERS[match.score % CHEERS.length] ?? "match.cheer.0"));
      replay(cheer, "on");
      replay(score, "bump");
      buzz([50, 40, 110]);
    }
    last = match;
    report(view, match);
  }

  function drawMeter(match: Match): void {
    line.style.bottom = `${100 * match.top}%`;
    fill.style.transform = `scaleY(${Math.min(1, match.closeness).toFixed(3)})`;
    const blind = match.sight === "nothing"; // such a frame counts for nothing: the bar waits, grey
    meter.classList.toggle("blind", blind);
    meter.setAttribute("aria-valuenow", `${percent(match.closeness)}`);
    meter.classList.toggle("full", match.closeness >= match.top && !blind);
    write(share, `${percent(match.closeness)} %`);
  }

  /** What the computer takes the face for, when that is not what it asked for. */
  function remark(view: Snapshot, match: Match): string {
    if (match.holding > 0 && match.sight !== "nothing") return say("match.hold");
    if (!match.target || match.likeliest === match.target) return "";
    if (match.sight === "face") return say("match.seen", { name: nameOf(view, match.likeliest) });
    return say(match.sight === "nothing" ? "match.sight.nothing" : "match.sight.other");
  }

  function clear(): void {
    last = null;
    waiting.hidden = true;
    cheer.classList.remove("on");
    for (const node of [counter, cheer, why]) write(node, "");
    caption("");
  }

  /** For whoever measures how long a frame took to move the bar. */
  function report(view: Snapshot, match: Match): void {
    if (!view.stamp || view.stamp === drawn) return;
    drawn = view.stamp;
    const detail = { stamp: view.stamp, shown: performance.now(), closeness: match.closeness };
    frame.dispatchEvent(new CustomEvent("facegame:bar", { bubbles: true, detail }));
  }

  return { roots: [facts, label, meter, stars, controls], draw, toggle };
}
