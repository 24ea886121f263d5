// The projector's board: how to join, who plays, the best of today. It shows what the server says.

import "./style/base.css";
import "./style/board.css";
import { io } from "socket.io-client";
import { h, refill, write } from "./dom";
import { takeToken } from "./memory";
import { makeLanguage } from "./parts/language";
import { type Board, isRefusal, type Refusal } from "./protocol";
import { begin, type Key, language, onLanguage, say } from "./words";

const ROWS = 8; // as many as can be read from ten metres
const STAGES: Record<string, Key> = { teach: "board.stage.teach", match: "board.stage.match", result: "board.stage.result" };
const ANSWER_MS = 10_000;

const token = takeToken();
begin();
let board: Board | null = null;
let news: () => string = () => say("board.connecting");

const joinTitle = h("h2");
const qr = h("img", { class: "qr" });
const address = h("p", { class: "address" });
const code = h("p", { class: "code" });
const playersTitle = h("h2");
const players = h("ol", { class: "rows players" });
const todayTitle = h("h2");
const today = h("ol", { class: "rows today" });
const message = h("p", { class: "news", role: "status" });
const clear = h("button", { class: "button", onclick: () => ask(true) });
const sure = h("span");
const yes = h("button", { class: "button danger", onclick: () => void wipe() });
const no = h("button", { class: "button", onclick: () => ask(false) });
const asked = h("div", { class: "row asked", role: "alert", hidden: true }, sure, yes, no);
const main = h("main", { class: "board" },
  h("section", { class: "join" }, h("h1", {}, "facegame"), joinTitle, qr, address, code),
  h("section", { class: "now" }, playersTitle, players),
  h("section", { class: "best" }, todayTitle, today),
  h("footer", { class: "foot" }, message, h("span", { class: "space" }), asked, clear, makeLanguage(() => undefined)));
document.body.append(main);

const socket = io("/board", {
  transports: ["websocket", "polling"],
  tryAllTransports: true,
  reconnectionDelayMax: 3000,
  auth: (give) => give({ token, language: language() }),
});
socket.on("connect", () => tell(() => ""));
socket.on("disconnect", () => tell(() => say("board.lost")));
socket.on("connect_error", (error: Error & { data?: Partial<Refusal> }) =>
  tell(socket.active ? () => say("board.lost") : () => error.data?.message ?? say("board.refused")));
socket.on("board", (now: Board) => {
  board = now;
  draw();
});
onLanguage(draw);

function tell(sentence: () => string): void {
  news = sentence;
  draw();
}

function draw(): void {
  document.title = `facegame · ${say("board.today")}`;
  write(joinTitle, say("board.join"));
  write(playersTitle, say("board.players"));
  write(todayTitle, say("board.today"));
  write(clear, say("board.clear"));
  write(sure, say("board.clear_sure"));
  write(yes, say("board.clear_yes"));
  write(no, say("board.clear_no"));
  write(message, news());
  clear.disabled = !socket.connected; // also those of other days, which are not on it
  main.classList.toggle("waiting", board === null);
  if (board) drawBoard(board);
}

function drawBoard(now: Board): void {
  // As a picture of its own it needs to say that it is SVG; as markup of this page it could do anything.
  const svg = now.qr.replace(/^<svg(?![^>]*xmlns=)/, '<svg xmlns="http://www.w3.org/2000/svg"');
  const picture = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  if (qr.getAttribute("src") !== picture) qr.src = picture;
  qr.alt = say("board.qr", { address: now.address });
  qr.hidden = !now.qr;
  const [place, secret] = now.address.split("/#");
  write(address, place ?? "");
  write(code, secret ? `/#${secret}` : ""); // for those who type it
  const named = now.players.filter(({ name }) => name);
  const playing = named.map(({ name, stage, score }) => {
    const key = STAGES[stage];
    return row(name, key ? say(key) : stage, stage === "teach" ? "" : `${score}`);
  });
  const best = now.today.map(({ name, score, faces, seconds }, i) =>
    row(name, say("board.row", { faces, seconds: Math.round(seconds) }), `${score}`, i + 1));
  fill(players, playing, say("board.nobody"), now.players.length - named.length);
  fill(today, best, say("board.no_scores"));
}

/** One line: perhaps a place, a name, a word about it, a score. Names are text, never markup. */
function row(name: string, word: string, score: string, place = 0): HTMLElement {
  return h("li", { "data-place": place || null },
    h("span", { class: "place" }, place ? `${place}` : ""), h("span", { class: "who" }, name),
    h("span", { class: "what" }, word), h("strong", { class: "points" }, score));
}

function fill(list: HTMLElement, rows: HTMLElement[], empty: string, nameless = 0): void {
  const shown: HTMLElement[] = rows.slice(0, ROWS);
  const more = Math.max(0, rows.length - ROWS) + nameless;
  if (!rows.length && !more) shown.push(h("li", { class: "none" }, empty));
  if (more) shown.push(h("li", { class: "none" }, say(shown.length ? "board.more" : "board.nameless", { count: more })));
  const text = (nodes: Iterable<Element>): string => [...nodes].map((node) => node.outerHTML).join("");
  if (text(shown) !== text(list.children)) refill(list, ...shown);
}

function ask(on: boolean): void {
  asked.hidden = !on;
  clear.hidden = on;
  (on ? no : clear).focus();
}

async function wipe(): Promise<void> {
  ask(false);
  try {
    const answer: unknown = await socket.timeout(ANSWER_MS).emitWithAck("clear");
    tell(() => (isRefusal(answer) ? answer.message : ""));
  } catch {
    tell(() => say("board.lost"));
  }
}
