// What is taken for what: a matrix of buttons; each asks for the pictures it counts, which are shown below.

function render({ model, el }) {
  const say = sayer(model);
  const send = sender(model);
  let urls = [];
  let open = null; // the message that is shown: {taught, seen, count, shown}

  const said = h("p");
  const warning = h("p", { class: "fg-warning" });
  const table = h("table", { onkeydown: move });
  const title = h("p", { class: "fg-opened", role: "status" });
  const pictures = h("div", { class: "fg-shown", role: "list" });
  const more = h("p", { class: "fg-hint" });
  el.classList.add("facegame", "fg-browse");
  el.setAttribute("data-lm-suppress-shortcuts", "true"); // else JupyterLab takes the arrow keys for the notebook
  el.append(said, warning, h("div", { class: "fg-wide" }, table), title, pictures, more);

  const name = (id) => new Map(model.get("view").faces).get(id) ?? id;
  const percent = (share) => Math.round(100 * share);

  function draw() {
    const { faces, counts, said: sentence, warning: caution } = model.get("view");
    if (!faces) return;
    said.textContent = sentence;
    warning.textContent = caution;
    table.setAttribute("aria-label", say("browse.label"));
    table.replaceChildren(
      h("thead", {}, h("tr", {}, h("td", { class: "fg-hint" }, say("browse.corner")),
        ...faces.map(([, seen]) => h("th", { scope: "col" }, seen)))),
      h("tbody", {}, ...faces.map(([id, taught], row) =>
        h("tr", {}, h("th", { scope: "row" }, taught), ...faces.map(([other], column) => cell(id, other, counts[row], column))))));
    drawOpen();
  }

  function cell(taught, seen, counts, column) {
    const total = counts.reduce((sum, count) => sum + count, 0);
    const count = counts[column];
    const label = say("browse.cell", { taught: name(taught), seen: name(seen), count, total });
    const kind = count === 0 ? "none" : taught === seen ? "right" : "wrong";
    const button = h("button", { class: `fg-cell fg-${kind}`, title: label, "aria-label": label, "aria-pressed": "false",
      "data-taught": taught, "data-seen": seen, onclick: () => send("open", { taught, seen }) }, count ? String(count) : "·");
    button.style.setProperty("--fg-share", String(0.5 + 0.5 * Math.sqrt(count / Math.max(total, 1))));
    return h("td", {}, button);
  }

  function drawOpen() {
    for (const button of table.querySelectorAll("button")) {
      const pressed = open && button.dataset.taught === open.taught && button.dataset.seen === open.seen;
      button.setAttribute("aria-pressed", String(Boolean(pressed)));
    }
    const words = open && { taught: name(open.taught), seen: name(open.seen), count: open.count };
    title.textContent = open ? say(open.count ? "browse.opened" : "browse.empty", words) : say("browse.hint");
    pictures.replaceChildren(...(open?.shown ?? []).map(({ take, share }, i) => {
      const caption = say("browse.sure", { take, percent: percent(share) });
      return h("figure", { role: "listitem" }, h("img", { src: urls[i], alt: `${words.taught}, ${caption}` }), h("figcaption", {}, caption));
    }));
    more.textContent = open && open.shown.length < open.count ? say("browse.more", { count: open.shown.length }) : "";
  }

  function move(event) {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!step || !event.target.matches("button")) return;
    const rows = [...table.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("button")]);
    const row = rows.findIndex((buttons) => buttons.includes(event.target));
    const there = rows[row + step[0]]?.[rows[row].indexOf(event.target) + step[1]];
    there?.focus();
    event.preventDefault();
    event.stopPropagation();
  }

  function forget() {
    urls.forEach((url) => URL.revokeObjectURL(url));
    urls = [];
  }

  function onMessage(message, buffers) {
    if (message.kind !== "pictures") return;
    forget();
    urls = buffers.map((data) => URL.createObjectURL(new Blob([data])));
    open = message;
    drawOpen();
  }

  model.on("msg:custom", onMessage);
  drawOn(model, ["view", "words"], draw);
  return () => {
    model.off("msg:custom", onMessage);
    forget();
  };
}

export default { render };
