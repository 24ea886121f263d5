// The faces: a card each, to choose by thumb. Once trained, each card is its own bar: it fills with how much
// the player looks like it.

import { h, name, write } from "../dom";
import type { Pictures } from "../pictures";
import type { Face, Snapshot } from "../protocol";
import { asked, neutralOf, percent, type Table } from "../table";
import { say } from "../words";

interface Card {
  root: HTMLButtonElement;
  picture: HTMLImageElement;
  fill: HTMLElement;
  title: HTMLElement;
  status: HTMLElement;
}

export function makeCards(table: Table, pictures: Pictures): { root: HTMLElement; draw(view: Snapshot): void } {
  const cards = new Map<string, Card>();
  const add = h("button", { class: "card add", onclick: () => table.do("add_face", { name: freshName() }) }, "+");
  const offer = h("button", { class: "card add neutral", onclick: () => table.do("add_neutral", { name: say("faces.neutral") }) });
  const root = h("div", { class: "cards", role: "group" }, offer, add);

  function draw(view: Snapshot): void {
    root.setAttribute("aria-label", say("phone.faces"));
    write(offer, say("faces.add_neutral"));
    offer.hidden = neutralOf(view) !== undefined;
    name(add, say("faces.add"));
    add.hidden = asked(view).length >= view.limits[1];
    root.dataset.cards = `${view.faces.length + Number(!offer.hidden)}`; // besides the plus
    for (const [id, card] of cards) {
      if (view.faces.some((face) => face.id === id)) continue;
      card.root.remove();
      cards.delete(id);
    }
    view.faces.forEach((face, i) => {
      const card = cards.get(face.id) ?? make(face.id);
      if (root.children[i] !== card.root) root.insertBefore(card.root, root.children[i] ?? null);
      drawCard(card, face, view);
    });
  }

  function make(id: string): Card {
    const picture = h("img", { alt: "", draggable: false });
    const fill = h("span", { class: "fill" });
    const title = h("span", { class: "title" });
    const status = h("span", { class: "status" });
    const root = h("button", { class: "card", "data-face": id, onclick: () => table.choose(id) }, picture, fill, status, title);
    cards.set(id, { root, picture, fill, title, status });
    return { root, picture, fill, title, status };
  }

  function drawCard(card: Card, face: Face, view: Snapshot): void {
    const { brain, guess } = view;
    const recording = view.burst?.face === face.id;
    const tried = brain.state === "trained" || brain.state === "stale";
    const bar = tried ? guess.bars.find(([id]) => id === face.id) : undefined;
    const share = bar ? bar[1] * guess.known : 0;
    const url = pictures.url(face.pictures[face.pictures.length - 1] ?? "");
    if (card.picture.getAttribute("src") !== (url || null)) {
      if (url) card.picture.src = url;
      else card.picture.removeAttribute("src");
    }
    card.root.setAttribute("aria-pressed", `${face.id === table.chosen()}`);
    card.root.classList.toggle("recording", recording);
    card.root.classList.toggle("likeliest", Boolean(bar) && guess.likeliest === face.id);
    card.root.classList.toggle("empty", face.pictures.length === 0);
    card.root.classList.toggle("neutral", face.role === "neutral");
    card.fill.style.transform = `scaleY(${share.toFixed(3)})`;
    write(card.title, face.name);
    write(card.status, recording ? `${view.burst?.arrived}/${view.burst?.due.length}`
      : bar ? `${percent(share)} %` : `${face.pictures.length || ""}`);
    const count = face.pictures.length;
    const told = say(count === 1 ? "faces.picture" : "faces.pictures", { count });
    const hint = face.role === "neutral" && !count ? `. ${say("faces.neutral_hint")}` : "";
    const label = `${face.name}, ${told}${hint}`; // not the share: that changes with every frame
    if (card.root.getAttribute("aria-label") !== label) name(card.root, label);
  }

  function freshName(): string {
    const view = table.view();
    const taken = new Set(view?.faces.map((face) => face.name));
    for (let number = view ? asked(view).length + 1 : 1; ; number++) {
      const fresh = say("faces.new", { number });
      if (!taken.has(fresh)) return fresh;
    }
  }

  return { root, draw };
}
