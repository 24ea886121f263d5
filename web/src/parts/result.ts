// How the match went, and its picture to share.

import { download, h, refill, write } from "../dom";
import type { Snapshot } from "../protocol";
import { shareCard } from "../share_card";
import { buzz, nameOf, type Table } from "../table";
import { onLanguage, say, told } from "../words";

export interface ResultStage {
  root: HTMLElement;
  draw(view: Snapshot): void;
  picture(png: ArrayBuffer): void;
}

export function makeResult(table: Table): ResultStage {
  const headline = h("h2", { tabindex: -1 });
  const record = h("p", { class: "record-line" });
  const rows = h("table");
  const picture = h("img", { class: "result-picture" });
  const chart = h("div", { class: "chart", tabindex: 0, hidden: true }, picture); // wide: it scrolls
  const again = h("button", { class: "button big go", onclick: () => table.do("start") });
  const share = h("button", { class: "button big", onclick: () => void hand() });
  const back = h("button", { class: "button big", onclick: () => table.do("back") });
  const root = h("section", { class: "result" },
    h("div", { class: "result-scroll" }, headline, record, rows, chart),
    h("div", { class: "row result-buttons" }, again, share, back));
  let url = "";
  let shown = false;

  onLanguage(() => {
    picture.alt = say("result.picture");
    write(again, say("result.again"));
    write(share, say("phone.share"));
    write(back, say("result.back"));
  });

  function draw(view: Snapshot): void {
    const result = view.stage === "result" ? view.result : null;
    share.disabled = url === "";
    if (!result) {
      shown = false;
      return;
    }
    write(headline, say("result.score", { score: result.score }));
    const words = [result.record ? say("result.record") : say("result.best", { best: result.best })];
    if (result.why) words.push(told(`result.why.${result.why}`));
    write(record, words.join(" "));
    record.classList.toggle("gold", result.record);
    refill(rows,
      h("tr", {}, ...[say("result.face"), say("result.times"), say("result.seconds")].map((word) => h("th", { scope: "col" }, word))),
      ...result.per_face.map(([id, times, seconds]) =>
        h("tr", {}, h("td", {}, nameOf(view, id)), h("td", {}, `${times}`), h("td", {}, times ? `${seconds.toFixed(1)} s` : "–"))));
    if (shown) return;
    shown = true;
    headline.focus({ preventScroll: true });
    buzz(result.record ? [80, 60, 80, 60, 250] : 200);
  }

  function show(data: ArrayBuffer): void {
    if (url) URL.revokeObjectURL(url);
    url = URL.createObjectURL(new Blob([data], { type: "image/png" }));
    picture.src = url;
    chart.hidden = false;
    share.disabled = false;
  }

  /** Give the picture to the phone's own way of sharing; where there is none, as a download. */
  async function hand(): Promise<void> {
    const view = table.view();
    const result = view?.result;
    if (!view || !result) return;
    const png = await shareCard(view, result, picture);
    const file = new File([png], "facegame.png", { type: "image/png" });
    const message = { files: [file], text: say("phone.share_text", { score: result.score }) };
    if (navigator.canShare?.(message)) {
      try {
        return await navigator.share(message);
      } catch (error) {
        if (error instanceof DOMException && error.name === "AbortError") return; // the player thought better of it
      }
    }
    download(png, "facegame.png");
  }

  return { root, draw, picture: show };
}
