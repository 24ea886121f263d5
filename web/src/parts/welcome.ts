// The first screen: what this is, where pictures go, and a button. Also what stands there when a game is over
// for good: the server forgot the player, or does not let the page in.

import { h, write } from "../dom";
import { recall, remember } from "../memory";
import { onLanguage, say } from "../words";

export interface WelcomeScreen {
  root: HTMLElement;
  /** Say this above the button; "" for nothing. */
  tell(sentence: () => string): void;
  busy(on: boolean): void;
}

export function makeWelcome(begin: () => void): WelcomeScreen {
  const lead = h("p", { class: "lead" });
  const news = h("p", { class: "news", role: "alert" });
  const nicknameWord = h("span");
  const nickname = h("input", { class: "name", maxlength: 40, autocomplete: "off", enterkeyhint: "go" });
  const start = h("button", { class: "button big go" });
  const question = h("strong");
  const answer = h("span");
  const form = h("form", { class: "welcome-form", onsubmit: submit },
    news, h("label", { class: "field" }, nicknameWord, nickname), start);
  const face = h("div", { class: "logo", "aria-hidden": "true" }, h("i", { class: "eye" }), h("i", { class: "eye" }), h("i", { class: "mouth" }));
  const root = h("section", { class: "welcome" }, face, h("h1", {}, "facegame"), lead, form, h("p", { class: "privacy" }, question, " ", answer));
  let sentence: () => string = () => "";
  let connecting = false;

  function submit(event: Event): void {
    event.preventDefault();
    remember("nickname", nickname.value.trim());
    begin();
  }

  function draw(): void {
    write(lead, say("phone.lead"));
    write(news, sentence());
    write(nicknameWord, say("phone.nickname"));
    write(start, say(connecting ? "phone.connecting" : "phone.start"));
    start.disabled = connecting;
    write(question, say("phone.private_question"));
    write(answer, say("phone.private"));
  }
  nickname.value = recall("nickname");
  onLanguage(draw);

  return {
    root,
    tell(said) {
      sentence = said;
      nickname.value = recall("nickname"); // none any more for one who was forgotten
      draw();
    },
    busy(on) {
      connecting = on;
      draw();
    },
  };
}
