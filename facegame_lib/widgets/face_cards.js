// The faces that are taught: a card each, with its red button, its pictures and its name. What the page
// shows of the pictures it also holds on to, in memory, so that a restarted kernel can have them back.

const KEPT = (globalThis.facegameKept ??= new Map()); // game's key -> {faces, pictures: Map(id -> bytes)}
const CHUNK = 40; // pictures a message
const UPLOADS = 200; // files at once
const UPLOAD_SIDE = 320;

function render({ model, el, signal }) {
  const say = sayer(model);
  const send = sender(model);
  const urls = new Map(); // picture id -> object URL
  const bytes = new Map();
  const cards = new Map(); // face id -> its parts
  let chosen = null;

  const list = h("div", { class: "fg-cards", role: "list" });
  const add = h("button", { class: "fg-button", onclick: () => send("add_face", { name: freshName() }) });
  const neutral = h("button", { class: "fg-button", onclick: () => (pickNeutral(), focusGame(el)) });
  const undo = h("button", { class: "fg-button", onclick: () => (send("undo"), focusGame(el)) });
  const save = h("button", { class: "fg-button", onclick: () => send("save") });
  const forget = h("button", { class: "fg-button", onclick: () => ask(true) });
  const sure = h("p");
  const yes = h("button", { class: "fg-button", onclick: () => (ask(false), send("forget"), focusGame(el)) });
  const no = h("button", { class: "fg-button", onclick: () => ask(false) });
  const asking = h("div", { class: "fg-asking", role: "alert", hidden: true,
    onkeydown: (e) => e.key === "Escape" && (ask(false), e.stopPropagation()) }, sure, h("div", { class: "fg-row" }, no, yes));
  const language = h("select", { class: "fg-language", onchange: () => send("language", { language: language.value }) },
    h("option", { value: "en" }, "English"), h("option", { value: "es" }, "Español"));
  const counts = h("input", { type: "checkbox", onchange: () => (send("count_down", { on: counts.checked }), focusGame(el)) });
  const countsWord = h("span");
  const notice = h("p", { class: "fg-notice", role: "status", "aria-live": "polite" });
  const saved = h("span", { class: "fg-hint" });
  const keys = h("p", { class: "fg-hint fg-keys" });
  el.classList.add("fg-faces");
  el.append(h("div", { class: "fg-row" }, add, neutral, undo, save,
    h("label", { class: "fg-check" }, counts, countsWord), h("span", { class: "fg-space" }), forget, language), asking, saved, notice, list, keys);

  const faces = () => model.get("view").faces ?? [];
  const asked = () => faces().filter((face) => face.role === "face"); // the neutral one is none to play with
  const rest = () => faces().find((face) => face.role === "neutral");

  function draw() {
    const view = model.get("view");
    if (!view.faces) return;
    add.textContent = say("faces.add");
    add.disabled = asked().length >= view.limits[1];
    neutral.textContent = say("faces.add_neutral");
    neutral.hidden = Boolean(rest());
    undo.textContent = say("faces.undo");
    undo.disabled = !view.can_undo;
    save.textContent = say("faces.save");
    save.hidden = Boolean(view.folder);
    saved.textContent = view.folder ? say("faces.saved", { folder: view.folder }) : say("faces.unsaved");
    forget.textContent = say("forget.button");
    sure.textContent = view.folder ? say("forget.sure_folder", { folder: view.folder }) : say("forget.sure");
    yes.textContent = say("forget.yes");
    no.textContent = say("forget.no");
    counts.checked = view.counts_down;
    countsWord.textContent = say("faces.count_down");
    language.value = model.get("language");
    language.setAttribute("aria-label", say("language"));
    notice.textContent = told(say, view.notice);
    notice.dataset.kind = view.notice?.kind ?? "";
    keys.textContent = say("keys.teach");
    if (!faces().some((face) => face.id === chosen)) chosen = faces()[0]?.id;
    for (const [id, card] of cards) {
      if (!faces().some((face) => face.id === id)) (card.root.remove(), cards.delete(id));
    }
    faces().forEach((face, i) => {
      if (!cards.has(face.id)) cards.set(face.id, makeCard(face.id));
      const { root } = cards.get(face.id);
      if (list.children[i] !== root) list.insertBefore(root, list.children[i] ?? null);
      drawCard(cards.get(face.id), face);
    });
    keep();
  }

  /** Whether the player is sure that all is to be deleted. */
  function ask(on) {
    asking.hidden = !on;
    (on ? no : forget).focus();
  }

  function makeCard(id) {
    const name = h("input", { class: "fg-name", maxlength: 40, onchange: () => send("rename_face", { face: id, name: name.value }),
      onkeydown: (e) => e.key === "Enter" && name.blur(), onfocus: () => choose(id) });
    const record = h("button", { class: "fg-record", onclick: () => press(id) });
    const offer = h("span", { class: "fg-offer" });
    const status = h("span", { class: "fg-status" });
    const advice = h("strong", { class: "fg-advice", role: "status" });
    const pictures = h("div", { class: "fg-pictures" });
    const file = h("input", { type: "file", accept: "image/jpeg,image/png", multiple: true, hidden: true,
      onchange: () => upload(id, file) });
    const load = h("button", { class: "fg-button fg-small", onclick: () => file.click() });
    const clear = h("button", { class: "fg-button fg-small", onclick: () => send("clear", { face: id }) });
    const remove = h("button", { class: "fg-button fg-small", onclick: () => send("remove_face", { face: id }) });
    const root = h("section", { class: "fg-card", role: "listitem", onpointerdown: () => choose(id) },
      h("div", { class: "fg-row" }, record, name, remove), offer, status, advice, pictures,
      h("div", { class: "fg-row" }, load, clear, file));
    return { root, name, record, offer, status, advice, pictures, load, clear, remove };
  }

  function drawCard(card, face) {
    const view = model.get("view");
    const recording = view.burst?.face === face.id;
    if (card.name !== document.activeElement) card.name.value = face.name;
    card.name.setAttribute("aria-label", say("faces.name"));
    card.root.classList.toggle("fg-chosen", face.id === chosen);
    card.root.classList.toggle("fg-recording", recording);
    card.root.classList.toggle("fg-neutral", face.role === "neutral");
    card.offer.textContent = face.role === "neutral" && !face.pictures.length ? say("faces.neutral_hint") : "";
    card.record.title = say(recording ? "faces.stop" : "faces.record", { name: face.name });
    card.record.setAttribute("aria-label", card.record.title);
    card.remove.textContent = "✕";
    card.remove.title = say("faces.remove", { name: face.name });
    card.remove.setAttribute("aria-label", card.remove.title);
    card.remove.disabled = face.role === "face" && asked().length <= view.limits[0];
    card.load.textContent = say("faces.upload");
    card.clear.textContent = say("faces.clear");
    card.clear.disabled = face.pictures.length === 0;
    card.advice.textContent = face.advice ? `☞ ${say(face.advice)}` : "";
    const parts = [say(face.pictures.length === 1 ? "faces.picture" : "faces.pictures", { count: face.pictures.length })];
    if (face.takes > 1) parts.push(say("faces.takes", { count: face.takes }));
    if (recording) parts.push(say("faces.recording", { count: view.burst.arrived, planned: view.burst.due.length }));
    else if (face.arrived) parts.push(say("faces.arrived", { count: face.arrived[0], planned: face.arrived[1] }));
    card.status.textContent = parts.join(" · ");
    const there = new Map([...card.pictures.children].map((node) => [node.dataset.id, node]));
    for (const [id, node] of there) if (!face.pictures.includes(id)) node.remove();
    for (const id of face.pictures) {
      const node = there.get(id) ?? thumbnail(id, face.name);
      if (!there.has(id)) card.pictures.append(node);
      if (!node.firstChild.src && urls.has(id)) node.firstChild.src = urls.get(id);
    }
    if (there.size < face.pictures.length) card.pictures.scrollTop = card.pictures.scrollHeight;
  }

  function thumbnail(id, name) {
    const label = say("faces.thumbnail", { name });
    return h("button", { class: "fg-thumbnail", "data-id": id, title: label, "aria-label": label,
      onclick: () => send("remove_pictures", { pictures: [id] }) }, h("img", { alt: "", draggable: false }));
  }

  function freshName() {
    const taken = new Set(faces().map((face) => face.name));
    for (let i = asked().length + 1; ; i++) {
      const name = say("faces.new", { number: i });
      if (!taken.has(name)) return name;
    }
  }

  /** Choose the neutral face, making its card first if there is none. */
  function pickNeutral() {
    if (rest()) choose(rest().id);
    else send("add_neutral", { name: say("faces.neutral") });
  }

  function choose(id) {
    chosen = id;
    for (const [face, card] of cards) card.root.classList.toggle("fg-chosen", face === id);
  }

  function press(id) {
    const burst = model.get("view").burst;
    choose(id);
    if (burst) send("burst_sent", { burst: burst.id });
    if (burst?.face !== id) send("record", { face: id });
    focusGame(el);
  }

  async function upload(id, input) {
    const files = await Promise.all([...input.files].slice(0, UPLOADS).map(small));
    input.value = "";
    if (files.length) send("upload", { face: id }, files);
  }

  /** A picture file made small, because the notebook's server takes messages of 10 MB at most. One that the
   * page cannot read is sent as its beginning: that is enough for the game to say what is wrong with it. */
  async function small(file) {
    try {
      const picture = await createImageBitmap(file);
      const scale = Math.min(1, UPLOAD_SIDE / Math.min(picture.width, picture.height));
      const canvas = h("canvas", { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.92));
      return blob.arrayBuffer();
    } catch {
      return file.slice(0, 1024).arrayBuffer();
    }
  }

  /** Hold on to what is shown, for a kernel that starts anew; forget what was removed. */
  function keep() {
    const shown = new Set(faces().flatMap((face) => face.pictures));
    for (const id of bytes.keys()) {
      if (shown.has(id)) continue;
      URL.revokeObjectURL(urls.get(id));
      urls.delete(id);
      bytes.delete(id);
    }
    if (shown.size) KEPT.set(model.get("key"), { faces: faces(), bytes });
  }

  function onMessage(message, buffers) {
    if (message.kind === "forget") return KEPT.delete(model.get("key"));
    if (message.kind !== "pictures") return;
    message.ids.forEach((id, i) => {
      const data = new Uint8Array(buffers[i].buffer, buffers[i].byteOffset, buffers[i].byteLength).slice();
      bytes.set(id, data);
      urls.set(id, URL.createObjectURL(new Blob([data], { type: "image/jpeg" })));
    });
    draw();
  }

  /** Offer a new kernel what the page still has of the game before it. */
  function giveBack() {
    const kept = KEPT.get(model.get("key"));
    const held = (kept?.faces ?? []).flatMap((face) =>
      face.pictures.filter((id) => kept.bytes.has(id)).map((id) => ({ face: face.id, id })));
    if (!held.length || faces().some((face) => face.pictures.length)) return;
    const named = kept.faces.map(({ id, name, role }) => ({ id, name, role }));
    for (let i = 0; i < held.length; i += CHUNK) {
      const part = held.slice(i, i + CHUNK);
      send("bring_back", { faces: named, pictures: part.map(({ face, id }) => ({ face, take: takeOf(id) })) },
        part.map(({ id }) => kept.bytes.get(id)));
    }
  }

  const takeOf = (id) => Number(/take-(\d+)/.exec(id)?.[1] ?? 1);

  onKey(el, signal, (key, event) => {
    if (el.closest(".facegame").classList.contains("fg-stage-match")) return false;
    const at = faces().findIndex((face) => face.id === chosen);
    if (key === " ") return chosen && (press(chosen), true);
    if (/^[1-8]$/.test(key) && asked()[key - 1]) return choose(asked()[key - 1].id), true;
    if (key === "n") return pickNeutral(), true;
    if (key === "ArrowRight" || key === "ArrowDown") return choose(faces()[(at + 1) % faces().length].id), true;
    if (key === "ArrowLeft" || key === "ArrowUp") return choose(faces().at(at - 1).id), true;
    if (key === "u") return send("undo"), true;
    if (key === "Escape" && model.get("view").burst) return press(model.get("view").burst.face), true;
    return false;
  });
  model.on("msg:custom", onMessage);
  drawOn(model, ["view", "words"], draw);
  giveBack();
  send("hello");

  return () => urls.forEach((url) => URL.revokeObjectURL(url));
}

export default { render };
