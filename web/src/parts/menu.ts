// The menu: the player's nickname, 3-2-1, what is looked at, the camera, their pictures, the keys, and "forget me".

import type { Camera } from "../camera";
import { h, name, refill, sheet, write } from "../dom";
import { recall, remember } from "../memory";
import type { Snapshot } from "../protocol";
import type { Table } from "../table";
import { onLanguage, say } from "../words";

const LOOKS = ["face", "frame"] as const;

export interface MenuActions {
  nickname(name: string): void;
  download(): void;
  forget(): void;
}

export function makeMenu(
  table: Table,
  camera: Camera,
  actions: MenuActions,
): { root: HTMLElement; open(): void; close(): void; draw(view: Snapshot): void; drawNickname(): void; toggleCamera(): void } {
  const title = h("h2");
  const close = h("button", { class: "round", onclick: () => box.close() }, "✕");
  const nickname = h("input", { class: "name", maxlength: 40, autocomplete: "off", enterkeyhint: "done",
    onchange: () => (remember("nickname", nickname.value), actions.nickname(nickname.value)),
    onkeydown: (event: KeyboardEvent) => event.key === "Enter" && nickname.blur() });
  const nicknameWord = h("span");
  const counts = h("input", { type: "checkbox", onchange: () => table.do("count_down", { on: counts.checked }) });
  const countsWord = h("span");
  const looksWord = h("span");
  const looks = h("select", { onchange: () => (table.do("look_at", { what: looks.value }), box.close()) },
    ...LOOKS.map((what) => h("option", { value: what })));
  const looksRow = h("label", { class: "field" }, looksWord, looks);
  const picker = h("select", { onchange: () => void camera.open(picker.value) });
  const toggle = h("button", { class: "button", onclick: toggleCamera });
  const keep = h("button", { class: "button", onclick: () => actions.download() });
  const forget = h("button", { class: "button danger", onclick: () => ask(true) });
  const sure = h("p");
  const yes = h("button", { class: "button danger", onclick: () => (box.close(), actions.forget()) });
  const no = h("button", { class: "button", onclick: () => ask(false) });
  const asked = h("div", { class: "asked", role: "alert", hidden: true }, sure, h("div", { class: "row" }, yes, no));
  const secret = h("p", { class: "hint" });
  const keys = h("p", { class: "hint keys" });
  const box = sheet(
    h("div", { class: "row top" }, title, close),
    h("label", { class: "field" }, nicknameWord, nickname),
    h("label", { class: "check" }, counts, countsWord), looksRow,
    h("div", { class: "row" }, toggle, picker),
    h("div", { class: "row" }, keep, forget), asked, secret, keys);

  onLanguage(() => {
    write(title, say("phone.menu"));
    box.root.setAttribute("aria-label", say("phone.menu"));
    name(close, say("phone.close"));
    write(nicknameWord, say("phone.nickname"));
    write(countsWord, say("faces.count_down"));
    write(looksWord, say("look.at"));
    LOOKS.forEach((what, i) => write(looks.options[i] as Element, say(`look.${what}`)));
    picker.setAttribute("aria-label", say("camera.pick"));
    write(keep, say("phone.download"));
    write(forget, say("forget.button"));
    write(sure, say("phone.forget_sure"));
    write(yes, say("forget.yes"));
    write(no, say("forget.no"));
    write(secret, `${say("phone.private_question")} ${say("phone.private")}`);
    write(keys, `${say("keys.teach")} · ${say("keys.match")}`);
  });

  function ask(on: boolean): void {
    asked.hidden = !on;
    (on ? no : forget).focus();
  }

  function draw(view: Snapshot): void {
    counts.checked = view.counts_down;
    looksRow.hidden = view.looks_at === "";
    if (looks.value !== view.looks_at) looks.value = view.looks_at;
    keep.disabled = view.faces.every((face) => face.pictures.length === 0);
    write(toggle, say(camera.state === "off" ? "camera.on" : "camera.off"));
  }

  function drawNickname(): void {
    if (nickname !== document.activeElement) nickname.value = recall("nickname");
  }

  function toggleCamera(): void {
    if (camera.state === "off") void camera.open(picker.value);
    else camera.close();
  }

  async function open(): Promise<void> {
    asked.hidden = true;
    box.open();
    drawNickname();
    const devices = await camera.devices();
    refill(picker, ...devices.map(({ id, label, used }, i) =>
      h("option", { value: id, selected: used }, label || say("camera.number", { number: i + 1 }))));
    picker.hidden = devices.length < 2;
  }

  return { root: box.root, open: () => void open(), close: box.close, draw, drawNickname, toggleCamera };
}
