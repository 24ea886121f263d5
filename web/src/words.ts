// What people read, in their language: the same catalogue as the notebook's.

import texts from "../../facegame_lib/texts.json";
import { recall, remember } from "./memory";

export type Key = keyof typeof texts.en;
export const LANGUAGES = { en: "English", es: "Español" } as const;
export type Language = keyof typeof LANGUAGES;

let current: Language = "en";
const listeners: (() => void)[] = [];

/** The language to begin with: the one chosen before, else the browser's first that the catalogue has. */
export function preferred(chosen: string, browser: readonly string[]): Language {
  const known = [chosen, ...browser].map((name) => name.slice(0, 2).toLowerCase());
  return (known.find((name) => name in LANGUAGES) ?? "en") as Language;
}

export const language = (): Language => current;

/** Begin in the language that this tab or this browser is set to. */
export function begin(): void {
  speak(preferred(recall("language"), navigator.languages ?? [navigator.language]));
}

/** Show everything in that language from now on. */
export function speak(chosen: Language): void {
  current = chosen;
  remember("language", chosen);
  document.documentElement.lang = chosen;
  for (const listener of listeners) listener();
}

/** Call `draw` now and whenever the language changes. */
export function onLanguage(draw: () => void): void {
  listeners.push(draw);
  draw();
}

/** The sentence of that key, its braces filled in. */
export function say(key: Key, details: Record<string, unknown> = {}): string {
  return fill(texts[current][key], details);
}

/** The sentence of a key that came from the server; `otherwise` if this page does not know it. */
export function told(key: string, details: Record<string, unknown> = {}, otherwise = key): string {
  const words: Record<string, string> = texts[current];
  return fill(words[key] ?? otherwise, details);
}

export function fill(sentence: string, details: Record<string, unknown>): string {
  return sentence.replace(/\{(\w+)[^}]*\}/g, (all, name: string) => String(details[name] ?? all));
}
