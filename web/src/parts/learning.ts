// What the player should read now: a notice, the chosen face, how training goes, what was learnt.

import { h, write } from "../dom";
import type { Brain, Notice, Snapshot } from "../protocol";
import { nameOf, percent, type Table } from "../table";
import { say, told } from "../words";
import type { Mirror } from "./mirror";

export interface Learning {
  root: HTMLElement;
  draw(view: Snapshot, own: Pick<Notice, "kind"> & { sentence: string } | null): void;
}

export function makeLearning(table: Table, mirror: Pick<Mirror, "caption" | "rate">): Learning {
  const progress = h("progress", { max: 1 });
  const words = h("p", { class: "words", role: "status", "aria-live": "polite" });
  const root = h("section", { class: "learning" }, progress, words);

  function draw(view: Snapshot, own: Parameters<Learning["draw"]>[1]): void {
    const { brain, guess } = view;
    const working = brain.state === "training" || brain.state === "preparing";
    progress.hidden = !working;
    progress.value = brain.progress;
    progress.setAttribute("aria-label", say("train.progress"));
    const notice = own?.sentence ?? (view.notice ? told(view.notice.key, view.notice.details) : "");
    root.dataset.kind = notice ? (own?.kind ?? view.notice?.kind ?? "info") : "";
    write(words, notice || sentence(view));
    const tried = isTried(brain) && guess.bars.length > 0 && !view.burst;
    mirror.rate(tried ? say("tryout.rate", { fps: guess.fps }) : "");
    if (!tried) return mirror.caption("");
    const nobody = say(guess.sight === "nothing" ? "tryout.no_face" : "tryout.none");
    const likeliest = guess.likeliest ? nameOf(view, guess.likeliest) : nobody;
    mirror.caption(say("match.seen", { name: likeliest }));
  }

  function sentence(view: Snapshot): string {
    const { brain } = view;
    if (view.burst) return say("faces.recording", { count: view.burst.arrived, planned: view.burst.due.length });
    if (brain.state === "preparing" || brain.state === "training") {
      return `${told(brain.step, {}, say("train.progress"))} ${percent(brain.progress)} %`;
    }
    const face = view.faces.find(({ id }) => id === table.chosen());
    if (face?.advice) return `☞ ${face.name}: ${told(face.advice)}`;
    if (isTried(brain)) return learnt(view, brain);
    if (face?.role === "neutral" && !face.pictures.length) return say("faces.neutral_hint");
    return brain.refusal ? told(brain.refusal.key, brain.refusal.details) : say("phone.ready");
  }

  function learnt(view: Snapshot, brain: Brain): string {
    if (brain.state === "stale") return say("train.stale");
    const parts: string[] = [];
    const there = (...ids: string[]): boolean => ids.every((id) => view.faces.some((face) => face.id === id));
    const [weakest, near] = brain.weakest ?? [];
    if (weakest && near && there(weakest, near)) { // before all else: a small screen shows four lines
      parts.push(say("train.weakest", { name: nameOf(view, weakest), other: nameOf(view, near) }));
    }
    parts.push(say("train.agreement", { percent: percent(brain.agreement ?? 0), count: brain.pictures }));
    const [taught, seenAs, share] = brain.confused ?? [];
    if (!brain.confused) parts.push(say("train.none_confused"));
    else if (taught && seenAs && there(taught, seenAs)) { // one of the two may have been removed since
      parts.push(say("train.confused", { taught: nameOf(view, taught), seen: nameOf(view, seenAs), percent: percent(share ?? 0) }));
    }
    if (brain.skipped) parts.push(say("train.skipped", { count: brain.skipped }));
    return parts.join(" ");
  }

  return { root, draw };
}

export const isTried = (brain: Brain): boolean => brain.state === "trained" || brain.state === "stale";
