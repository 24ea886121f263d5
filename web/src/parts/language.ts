// The switch in the corner.

import { h } from "../dom";
import { LANGUAGES, type Language, language, onLanguage, say, speak } from "../words";

export function makeLanguage(changed: (language: Language) => void): HTMLElement {
  const select = h("select", { class: "language", onchange: () => {
    speak(select.value as Language);
    changed(select.value as Language);
  } }, ...Object.entries(LANGUAGES).map(([code, name]) => h("option", { value: code, lang: code }, name)));
  onLanguage(() => {
    select.value = language();
    select.setAttribute("aria-label", say("language"));
  });
  return select;
}
