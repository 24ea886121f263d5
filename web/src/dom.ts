// Elements, in few words.

type Props = Record<string, string | number | boolean | null | undefined | ((event: never) => void)>;
const SVG = new Set(["svg", "circle"]);

/** An element: `h("button", {class: "big", onclick: f}, "text", child)`. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  props?: Props,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag];
export function h(tag: "svg" | "circle", props?: Props, ...children: (Node | string)[]): SVGElement;
export function h(tag: string, props: Props = {}, ...children: (Node | string)[]): Element {
  const node = SVG.has(tag) ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value as EventListener);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, String(value));
  }
  node.append(...children);
  return node;
}

/** Text that is set only when it differs, so that screen readers do not say it again. */
export function write(node: Element, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** Put these in the place of what is in it. */
export function refill(node: Element, ...children: Node[]): void {
  node.textContent = "";
  node.append(...children);
}

/** What a button is called where its face is a sign. */
export function name(node: Element, label: string): void {
  node.setAttribute("aria-label", label);
  node.setAttribute("title", label);
}

/** Play the animation of that class from its start. */
export function replay(node: HTMLElement, animation: string): void {
  node.classList.remove(animation);
  void node.offsetWidth;
  node.classList.add(animation);
}

/** Hand that file to the player, as a download. */
export function download(file: Blob, filename: string): void {
  const url = URL.createObjectURL(file);
  const link = h("a", { href: url, download: filename });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** A dialog that comes up from the bottom; old phones, which know no dialogs, get a plain box. */
export function sheet(...children: Node[]): { root: HTMLDialogElement; isOpen(): boolean; open(): void; close(): void } {
  const root = h("dialog", { class: "sheet" }, ...children);
  root.addEventListener("click", (event) => event.target === root && close());
  const isOpen = (): boolean => root.hasAttribute("open");
  const close = (): void => (root.close ? root.close() : root.removeAttribute("open"));
  const open = (): void => {
    if (isOpen()) return;
    if (root.showModal) root.showModal();
    else root.setAttribute("open", "");
  };
  return { root, isOpen, open, close };
}
