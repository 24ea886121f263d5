// Train, see what was learnt, try it out, start a match.

function render({ model, el, signal }) {
  const say = sayer(model);
  const send = sender(model);
  const train = h("button", { class: "fg-button fg-big", onclick: () => (send("train"), focusGame(el)) });
  const start = h("button", { class: "fg-button fg-big fg-go", onclick: () => (send("start"), focusGame(el)) });
  const looks = h("select", { onchange: () => (lookAt(looks.value), focusGame(el)) },
    ...["face", "frame"].map((what) => h("option", { value: what })));
  const looksWord = h("span");
  const looksRow = h("label", { class: "fg-looks" }, looksWord, looks);
  const progress = h("progress", { max: 1 });
  const step = h("span", { class: "fg-hint", role: "status" });
  const learnt = h("p", { class: "fg-learnt" });
  const list = h("div", { class: "fg-bars", role: "list" });
  const rate = h("span", { class: "fg-hint fg-rate" });
  const title = h("h3");
  const tryout = h("div", { class: "fg-tryout" }, h("div", { class: "fg-row" }, title, rate), list);
  const rows = new Map();
  el.classList.add("fg-training");
  el.append(looksRow, h("div", { class: "fg-row" }, train, start, progress, step), learnt, tryout);

  const names = () => Object.fromEntries((model.get("view").faces ?? []).map((face) => [face.id, face.name]));
  const ready = (brain) => brain.state === "trained" || brain.state === "stale";
  const percent = (share) => Math.round(100 * share);

  function draw() {
    const { brain, looks_at: looksAt } = model.get("view");
    if (!brain) return;
    looksRow.hidden = !looksAt;
    looksWord.textContent = say("look.at");
    for (const option of looks.options) option.textContent = say(`look.${option.value}`);
    looks.value = looksAt;
    const working = brain.state === "training" || brain.state === "preparing";
    train.textContent = say(brain.state === "stale" ? "train.again" : "train.button");
    train.disabled = brain.state === "training";
    train.classList.toggle("fg-go", !ready(brain) || brain.state === "stale");
    start.textContent = say("match.start");
    start.hidden = !ready(brain);
    start.classList.toggle("fg-go", brain.state === "trained");
    progress.hidden = !working;
    progress.value = brain.progress;
    progress.setAttribute("aria-label", say("train.progress"));
    step.textContent = working
      ? `${say(brain.step)} ${percent(brain.progress)} %`
      : brain.state === "untrained" || brain.state === "failed" ? told(say, brain.refusal) : "";
    learnt.textContent = ready(brain) ? sentence(brain) : "";
    tryout.hidden = !ready(brain);
    title.textContent = say("tryout.title");
  }

  function lookAt(what) {
    send("look_at", { what });
    looks.value = model.get("view").looks_at; // until the game says otherwise
  }

  function sentence(brain) {
    const parts = [say("train.agreement", { percent: percent(brain.agreement), count: brain.pictures })];
    const [taught, seen] = (brain.confused ?? []).map((id) => names()[id]);
    if (!brain.confused) parts.push(say("train.none_confused"));
    else if (taught && seen) { // one of the two may have been removed since
      parts.push(say("train.confused", { taught, seen, percent: percent(brain.confused[2]) }));
    }
    const [weakest, near] = (brain.weakest ?? []).map((id) => names()[id]);
    if (weakest && near) parts.push(say("train.weakest", { name: weakest, other: near }));
    if (brain.skipped) parts.push(say("train.skipped", { count: brain.skipped }));
    if (brain.state === "stale") parts.push(say("train.stale"));
    return parts.join(" ");
  }

  function drawGuess() {
    const { bars, likeliest, known: sure, sight, fps } = model.get("guess");
    if (!bars?.length) return; // nothing was recognised yet
    const known = { ...names(), "": say(sight === "nothing" ? "tryout.no_face" : "tryout.none") };
    const shares = [...bars.map(([id, probability]) => [id, probability * sure]), ["", 1 - sure]];
    for (const [id, row] of rows) if (!shares.some(([face]) => face === id)) (row.root.remove(), rows.delete(id));
    for (const [id, probability] of shares) {
      if (!rows.has(id)) rows.set(id, makeRow());
      const row = rows.get(id);
      if (row.root.parentNode !== list) list.append(row.root);
      write(row.name, known[id] ?? id);
      row.fill.style.transform = `scaleX(${probability})`;
      write(row.share, `${percent(probability)} %`);
      row.root.classList.toggle("fg-likeliest", id === likeliest);
      write(row.mark, id === likeliest ? "◀" : "");
    }
    write(rate, fps ? say("tryout.rate", { fps }) : "");
  }

  function makeRow() {
    const name = h("span", { class: "fg-bar-name" });
    const fill = h("div", { class: "fg-bar-fill" });
    const share = h("span", { class: "fg-bar-share" });
    const mark = h("span", { class: "fg-bar-mark", "aria-hidden": "true" });
    return { root: h("div", { class: "fg-bar", role: "listitem" }, name, h("div", { class: "fg-bar-track" }, fill), share, mark),
      name, fill, share, mark };
  }

  onKey(el, signal, (key) => {
    const { brain } = model.get("view");
    const inMatch = !el.closest(".facegame").classList.contains("fg-stage-teach");
    if (inMatch || !brain) return false;
    if (key === "l" && !looksRow.hidden) return lookAt(looks.value === "face" ? "frame" : "face"), true;
    if (key === "t") return send("train"), true;
    if (key === "Enter") return send(brain.state === "trained" ? "start" : "train"), true;
    return false;
  });
  drawOn(model, ["view", "words"], draw);
  drawOn(model, ["guess", "view", "words"], drawGuess);
}

export default { render };
