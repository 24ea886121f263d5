// What this tab remembers over a reload, and no longer: sessionStorage, where the browser allows it.

const kept = new Map<string, string>(); // for browsers that forbid storage

export type Name = "token" | "session" | "secret" | "language" | "nickname";

export function remember(name: Name, value: string): void {
  kept.set(name, value);
  try {
    sessionStorage.setItem(`facegame.${name}`, value);
  } catch {
    // not allowed: it lasts as long as the page
  }
}

export function recall(name: Name): string {
  try {
    return sessionStorage.getItem(`facegame.${name}`) ?? kept.get(name) ?? "";
  } catch {
    return kept.get(name) ?? "";
  }
}

export function forget(...names: Name[]): void {
  for (const name of names) {
    kept.delete(name);
    try {
      sessionStorage.removeItem(`facegame.${name}`);
    } catch {
      // not allowed, so nothing was kept there
    }
  }
}

/** Take the token out of the address (`#TOKEN`), so that it is in no bookmark and no screenshot. */
export function takeToken(): string {
  const token = tokenIn(location.hash);
  if (token) {
    remember("token", token);
    history.replaceState(null, "", location.pathname + location.search);
  }
  return token || recall("token");
}

/** The token that an address's fragment carries, "" for none. */
export function tokenIn(hash: string): string {
  const text = hash.replace(/^#/, "");
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
