// The match: the label, the bar, the score and the clock; then how it went. It draws what the game says.

function render({ model, el, signal }) {
  const say = sayer(model);
  const send = sender(model);
  const label = h("div", { class: "fg-label", "aria-live": "assertive" });
  const fill = h("div", { class: "fg-meter-fill" });
  const line = h("div", { class: "fg-meter-top" });
  const meter = h("div", { class: "fg-meter", role: "meter", "aria-valuemin": 0, "aria-valuemax": 100 }, fill, line);
  const share = h("div", { class: "fg-meter-share" });
  const hold = h("div", { class: "fg-hold" });
  const score = h("strong", { class: "fg-score" });
  const left = h("strong", { class: "fg-left" });
  const seen = h("div", { class: "fg-seen" });
  const big = h("div", { class: "fg-big-words", role: "status" });
  const cheer = h("div", { class: "fg-cheer", "aria-live": "polite" });
  const pause = h("button", { class: "fg-button", onclick: () => act(paused() ? "resume" : "pause") });
  const skip = h("button", { class: "fg-button", onclick: () => act("skip") });
  const quit = h("button", { class: "fg-button", onclick: () => act("quit") });
  const scoreWord = h("span"), leftWord = h("span");
  const play = h("div", { class: "fg-play" }, meter,
    h("div", { class: "fg-side" },
      h("div", { class: "fg-facts" }, h("div", {}, scoreWord, score), h("div", {}, leftWord, left)),
      label, share, hold, seen, h("span", { class: "fg-space" }), h("div", { class: "fg-row" }, pause, skip, quit)),
    big, cheer);

  const headline = h("h2");
  const record = h("p", { class: "fg-record-line" });
  const table = h("table");
  const picture = h("img", { class: "fg-picture" });
  const again = h("button", { class: "fg-button fg-big fg-go", onclick: () => act("start") });
  const back = h("button", { class: "fg-button fg-big", onclick: () => act("back") });
  const keys = h("p", { class: "fg-hint fg-keys" });
  const end = h("div", { class: "fg-end" }, headline, record, table, picture, h("div", { class: "fg-row" }, again, back));
  el.classList.add("fg-match");
  el.append(play, end, keys);

  let last = {};
  let url = null;

  const view = () => model.get("view").match;
  const stage = () => model.get("view").stage;
  const paused = () => view()?.phase === "paused";
  const nameOf = (id) => (model.get("view").faces ?? []).find((face) => face.id === id)?.name ?? id;

  function act(command) {
    send(command);
    focusGame(el);
  }

  function draw() {
    const match = view();
    play.hidden = stage() !== "match";
    end.hidden = stage() !== "result";
    write(keys, stage() === "teach" ? "" : say(stage() === "match" ? "keys.match" : "keys.result"));
    if (stage() === "match" && match) drawMatch(match);
    if (stage() === "result") drawResult(model.get("view").result);
    last = { ...match };
  }

  function drawMatch(match) {
    write(scoreWord, say("match.score"));
    write(leftWord, say("match.left"));
    write(score, match.score);
    write(left, `${Math.ceil(match.left)} s`);
    write(label, match.target ? nameOf(match.target) : say("match.ready"));
    if (match.number !== last.number && match.target) replay(label, "fg-new");
    line.style.bottom = `${100 * match.top}%`;
    const closeness = Math.round(100 * match.closeness);
    fill.style.transform = `scaleY(${Math.min(1, match.closeness)})`;
    meter.setAttribute("aria-valuenow", closeness);
    meter.setAttribute("aria-label", say("match.meter"));
    const blind = match.sight === "nothing"; // such a frame counts for nothing: the bar waits, grey
    meter.classList.toggle("fg-blind", blind);
    meter.classList.toggle("fg-full", match.closeness >= match.top && !blind);
    write(share, `${closeness} %`);
    write(hold, match.holding > 0 && !blind ? say("match.hold") : "");
    write(seen, !match.target || match.likeliest === match.target ? ""
      : match.sight === "face" ? say("match.seen", { name: nameOf(match.likeliest) }) : say(`match.sight.${match.sight}`));
    write(big, match.phase === "countdown" ? match.counting || ""
      : match.phase === "paused" ? say(`match.paused.${match.why}`) : "");
    big.classList.toggle("fg-words", match.phase === "paused");
    if (last.phase && match.score > (last.score ?? 0)) {
      cheer.textContent = say(`match.cheer.${match.score % 4}`);
      replay(cheer, "fg-on");
    }
    write(pause, say(paused() ? "match.resume" : "match.pause"));
    write(skip, say("match.skip"));
    skip.disabled = match.phase !== "playing";
    write(quit, say("match.quit"));
    const { stamp } = model.get("view");
    if (stamp && stamp !== draw.stamp) {
      draw.stamp = stamp; // for whoever measures how long a frame took to move the bar
      el.dispatchEvent(new CustomEvent("facegame:bar", { bubbles: true,
        detail: { stamp, shown: performance.now(), closeness: match.closeness } }));
    }
  }

  function drawResult(result) {
    headline.textContent = say("result.score", { score: result.score });
    const words = [result.record ? say("result.record") : say("result.best", { best: result.best })];
    if (result.unkept) words.push(say("result.unkept", { reason: result.unkept }));
    if (result.why) words.push(say(`result.why.${result.why}`));
    record.textContent = words.join(" ");
    table.replaceChildren(
      h("tr", {}, h("th", {}, say("result.face")), h("th", {}, say("result.times")), h("th", {}, say("result.seconds"))),
      ...result.per_face.map(([id, times, seconds]) =>
        h("tr", {}, h("td", {}, nameOf(id)), h("td", {}, `${times}`), h("td", {}, times ? `${seconds.toFixed(1)} s` : "–"))));
    again.textContent = say("result.again");
    back.textContent = say("result.back");
    picture.alt = say("result.picture");
  }

  function drawPicture() {
    const data = model.get("picture");
    if (url) URL.revokeObjectURL(url);
    url = data?.byteLength ? URL.createObjectURL(new Blob([data], { type: "image/png" })) : null;
    picture.hidden = !url;
    if (url) picture.src = url;
  }

  /** Play the animation of that class from its start. */
  function replay(node, name) {
    node.classList.remove(name);
    void node.offsetWidth;
    node.classList.add(name);
  }

  onKey(el, signal, (key) => {
    if (stage() === "match") {
      if (key === "Escape") return act("quit"), true;
      if (key === "p") return act(paused() ? "resume" : "pause"), true;
      if (key === "s" && !skip.disabled) return act("skip"), true;
      if (key === "Enter" && paused()) return act("resume"), true;
      return key === " " || key === "Enter"; // not for the page behind
    }
    if (stage() === "result") {
      if (key === "Enter") return act("start"), true;
      if (key === "Escape") return act("back"), true;
    }
    return false;
  });
  drawOn(model, ["view", "words"], draw);
  drawOn(model, ["picture"], drawPicture);

  return () => url && URL.revokeObjectURL(url);
}

export default { render };
