// Shared by every widget's script (it is put in front of each): DOM, words, keys.

/** An element: `h("button", {class: "fg-red", onclick: f}, "text", child)`. */
function h(tag, props = {}, ...children) {
  const svg = ["svg", "circle", "path"].includes(tag);
  const node = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

/** Have that text in the node. One that is there already is left alone: writing it anew would lay out the page. */
function write(node, text) {
  if (node.textContent !== `${text}`) node.textContent = text;
}

/** The sentence of that key in the player's language, its braces filled in. */
function sayer(model) {
  return (key, details = {}) =>
    (model.get("words")[key] ?? key).replace(/\{(\w+)[^}]*\}/g, (all, name) => details[name] ?? all);
}

/** A notice of the game, as a sentence. */
function told(say, notice) {
  return notice ? say(notice.key, notice.details) : "";
}

/** Send a command to the game. A kernel that is gone takes none; the camera's widget says so on screen. */
function sender(model) {
  return (kind, content = {}, buffers = []) => {
    try {
      model.send({ kind, ...content }, undefined, buffers);
      return true;
    } catch {
      return false;
    }
  };
}

/** Keys pressed anywhere in this game (and nowhere else), until the signal aborts. Typing is left alone. */
function onKey(el, signal, act) {
  el.setAttribute("data-lm-suppress-shortcuts", "true"); // else JupyterLab takes the keys for the notebook
  document.addEventListener(
    "keydown",
    (event) => {
      const game = el.closest(".facegame");
      const target = event.target;
      if (!game || !(game.contains(target) || target === document.body)) return;
      if (target.matches("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
      const native = target.matches("button, a, summary") && (event.key === " " || event.key === "Enter");
      if (!native && act(event.key, event)) event.preventDefault();
    },
    { signal },
  );
}

/** Give the keyboard to the game as a whole, so that space and enter mean what the page says. */
function focusGame(el) {
  el.closest(".facegame")?.querySelector(".fg-camera")?.focus({ preventScroll: true });
}

/** Call `draw` now and whenever one of these traits changes. */
function drawOn(model, traits, draw) {
  for (const trait of traits) model.on(`change:${trait}`, draw);
  draw();
}
