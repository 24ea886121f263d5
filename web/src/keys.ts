// The keyboard: the notebook's keys, on a laptop.

/** Have `act` called with keys pressed on the page; it says whether it took the key. Typing, open dialogs and
 * a button's own space and Enter are left alone. */
export function onKey(act: (key: string) => boolean): void {
  document.addEventListener("keydown", (event) => {
    const target = event.target instanceof Element ? event.target : document.body;
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (target.matches("input, select, textarea") || target.closest("dialog")) return;
    const native = target.matches("button, a, summary") && (event.key === " " || event.key === "Enter");
    if (!native && act(event.key.length === 1 ? event.key.toLowerCase() : event.key)) event.preventDefault();
  });
}
