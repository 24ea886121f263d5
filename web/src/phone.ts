// The phone page: the whole game. It draws what the server's game says and sends what the player does.

import "./style/base.css";
import "./style/teach.css";
import "./style/match.css";
import "./style/welcome.css";
import { stayAwake } from "./awake";
import { Burst } from "./burst";
import { Camera } from "./camera";
import { download, h, name, write } from "./dom";
import { onKey } from "./keys";
import { Link } from "./link";
import { forget, recall, remember, takeToken } from "./memory";
import { Pace } from "./pace";
import { makeCards } from "./parts/cards";
import { makeFaceSheet } from "./parts/face_sheet";
import { makeLanguage } from "./parts/language";
import { makeLearning } from "./parts/learning";
import { makeMatch } from "./parts/match";
import { makeMenu } from "./parts/menu";
import { makeMirror } from "./parts/mirror";
import { makeResult } from "./parts/result";
import { makeThumbs } from "./parts/thumbs";
import { makeWelcome } from "./parts/welcome";
import { Pictures } from "./pictures";
import { isRefusal, type Notice, type Snapshot } from "./protocol";
import { burstStep, merge, nextToRecord } from "./snapshot";
import { asked, neutralOf, type Table } from "./table";
import { begin, onLanguage, say } from "./words";

const LIVE_SIDE = 384; // pixels: what the face finder needs, and no more
const BURST_SIDE = 640;

takeToken();
begin();

let view: Snapshot | null = null;
let chosen = "";
let own: { sentence: string; kind: Notice["kind"] } | null = null;
let burst: Burst | null = null;
const pace = new Pace();
const pictures = new Pictures();

const table: Table = {
  view: () => view,
  chosen: () => chosen,
  choose(face) {
    chosen = face;
    draw();
  },
  do(command, details) {
    own = null;
    link.do(command, details);
  },
  tell(sentence, kind = "info") {
    own = { sentence, kind };
    draw();
  },
};

// -- the parts

const link = new Link({
  state(state) {
    if (state !== "open") {
      pace.reset();
      burst?.stop();
    }
    lost.hidden = state !== "lost";
    welcome.busy(state === "connecting");
  },
  welcome(about, forgotten) {
    remember("nickname", about.name || recall("nickname"));
    own = forgotten ? { sentence: say("phone.forgotten"), kind: "error" } : null;
    link.do(camera.state === "live" ? "camera_back" : "camera_lost");
  },
  snapshot(changes) {
    const before = view;
    view = merge(view, changes);
    if (view?.notice && view.notice !== before?.notice) own = null;
    followBurst();
    if (before?.burst && !view?.burst) chooseNext(before.burst.face);
    draw();
  },
  pictures(rows, jpegs) {
    pictures.add(rows, jpegs);
    draw();
  },
  resultPicture: (png) => result.picture(png),
  unreachable: () => welcome.tell(() => say("phone.unreachable")),
  gone: (why) => leaveTable(() => why.message),
  refused: (why) => leaveTable(() => why.message || say("phone.refused")),
  taken: () => leaveTable(() => say("phone.elsewhere")),
  told: (why) => table.tell(why.message, "error"),
});

const camera: Camera = new Camera((state) => {
  mirror.drawState(state);
  if (state === "starting") return;
  if (state !== "live") burst?.stop();
  link.do(state === "live" ? "camera_back" : "camera_lost");
  draw();
}, sendFrame);

const mirror = makeMirror(camera.video, () => void camera.open());
const cards = makeCards(table, pictures);
const learning = makeLearning(table, mirror);
const faceSheet = makeFaceSheet(table, pictures, (face, jpeg) => link.ask("upload", face, jpeg));
const thumbs = makeThumbs(table, faceSheet.open);
const match = makeMatch(table, mirror.frame, mirror.caption);
const result = makeResult(table);
const menu = makeMenu(table, camera, { nickname: (said) => void nickname(said), download: () => void keep(), forget: () => void leave() });
const welcome = makeWelcome(play);
const menuButton = h("button", { class: "round", onclick: menu.open }, "☰");
const lost = h("p", { class: "lost", role: "alert", hidden: true });
const top = h("header", { class: "top-bar" }, h("strong", { class: "brand" }, "facegame"), h("span", { class: "space" }),
  makeLanguage((language) => void link.ask("speak", language)), menuButton);
const app = h("main", { class: "app" }, top, lost, mirror.root, learning.root, cards.root, thumbs.root, ...match.roots,
  result.root, welcome.root);
document.body.append(app, faceSheet.root, menu.root);
onLanguage(() => {
  name(menuButton, say("phone.menu"));
  write(lost, say("phone.lost"));
  draw();
});
show("welcome");
if (recall("session")) play(); // a page that was reloaded goes on where it was

// -- drawing

function show(stage: string): void {
  if (app.dataset.stage === stage) return;
  app.dataset.stage = stage;
  document.documentElement.dataset.stage = stage;
  void stayAwake(stage === "match");
  if (stage === "match" || stage === "teach") focusGame();
}

function draw(): void {
  if (!view || link.state === "closed") return;
  if (!view.faces.some((face) => face.id === chosen)) chosen = view.faces[0]?.id ?? "";
  pictures.keep(view.faces);
  show(view.stage);
  if (view.stage === "teach") {
    cards.draw(view);
    learning.draw(view, own);
    thumbs.draw(view);
    faceSheet.draw(view);
  } else mirror.rate("");
  match.draw(view);
  result.draw(view);
  menu.draw(view);
}

/** That face was just recorded: unless there is something to say about it, the next one comes under the thumb. */
function chooseNext(recorded: string): void {
  const face = view?.faces.find(({ id }) => id === recorded);
  if (!view || !face?.pictures.length || face.advice || chosen !== recorded) return;
  chosen = nextToRecord(view.faces, recorded) ?? chosen;
}

// -- coming and going

function play(): void {
  welcome.tell(() => "");
  if (camera.state !== "live") void camera.open();
  link.open();
}

/** The game here is over: back to the first screen, with a word why. */
function leaveTable(why: () => string): void {
  view = null;
  burst?.stop();
  pictures.keep([]);
  camera.close();
  menu.close();
  show("welcome");
  welcome.tell(why);
  welcome.busy(false);
}

async function leave(): Promise<void> {
  const answer = await link.ask("leave");
  const done = answer !== undefined && !isRefusal(answer);
  if (!done) return table.tell(say("phone.not_forgotten"), "error");
  forget("session", "secret", "nickname");
  link.close();
  leaveTable(() => say("phone.forgot"));
}

async function nickname(said: string): Promise<void> {
  const answer = await link.ask("nickname", said);
  if (answer === undefined || isRefusal(answer)) return;
  const cleaned = (answer as { name?: unknown }).name;
  if (typeof cleaned === "string") remember("nickname", cleaned);
  menu.drawNickname();
}

async function keep(): Promise<void> {
  const zip = await link.ask("download");
  if (zip instanceof ArrayBuffer) download(new Blob([zip], { type: "application/zip" }), "facegame.zip");
}

// -- pictures to the server

function sendFrame(): void {
  const now = performance.now();
  if (view?.wants !== "frames" || burst || link.state !== "open" || document.hidden || !pace.hasRoom(now)) return;
  const number = pace.sent(now);
  void camera
    .grab(LIVE_SIDE)
    .then((jpeg) => link.ask("frame", now, jpeg))
    .catch(() => undefined) // no picture this time
    .then(() => pace.answered(number));
}

/** Begin or stop a burst as the game says. */
function followBurst(): void {
  const step = burstStep(burst?.plan.id ?? null, view?.burst ?? null);
  if (step === "nothing") return;
  burst?.stop();
  burst = null;
  mirror.burst("");
  const plan = view?.burst;
  if (step !== "start" || !plan) return;
  if (camera.state !== "live") return link.do("burst_sent", { burst: plan.id });
  const mine = (burst = new Burst(plan, {
    now: () => performance.now(),
    sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
    grab: () => camera.grab(BURST_SIDE),
    send: (id, stamp, jpeg) => link.ask("picture", id, stamp, jpeg),
    counting(left) {
      mirror.burst(left ? "countdown" : "recording");
      mirror.count(left);
    },
    taken: mirror.taken,
  }));
  void mine.run().then(() => {
    link.do("burst_sent", { burst: plan.id });
    if (burst !== mine) return;
    burst = null;
    mirror.burst("");
  });
}

// -- the page itself

document.addEventListener("visibilitychange", () => {
  link.do("page", { visible: !document.hidden });
  if (!document.hidden && camera.state === "EndedError") void camera.open(); // phones take it from hidden pages
});

// A camera that was unplugged is taken up again once it is back.
navigator.mediaDevices?.addEventListener("devicechange", () => camera.state === "EndedError" && void camera.open());

// A button that was clicked does not keep the keyboard, else space and Enter would press it again.
app.addEventListener("click", (event) => event.detail > 0 && (event.target as Element).closest("button") && focusGame());

function focusGame(): void {
  if (!document.querySelector("dialog[open]")) mirror.frame.focus({ preventScroll: true });
}

onKey((key) => {
  if (!view || app.dataset.stage === "welcome") return false;
  if (key === "c") return menu.toggleCamera(), true;
  if (view.stage === "match") return inMatch(key);
  if (view.stage === "result") {
    if (key === "Enter") return table.do("start"), true;
    if (key === "Escape") return table.do("back"), true;
    return false;
  }
  return whileTeaching(key, view);
});

function inMatch(key: string): boolean {
  const phase = view?.match?.phase;
  if (key === "Escape") table.do("quit");
  else if (key === "p" || (key === "Enter" && phase === "paused")) match.toggle();
  else if (key === "s" && phase === "playing") table.do("skip");
  else return key === " " || key === "Enter"; // not for the page behind
  return true;
}

function whileTeaching(key: string, view: Snapshot): boolean {
  const { faces, burst, brain, looks_at: looksAt } = view;
  const at = faces.findIndex((face) => face.id === chosen);
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[key] ?? 0;
  const near = step ? faces[(at + step + faces.length) % faces.length] : undefined;
  const wanted = /^[1-8]$/.test(key) ? asked(view)[Number(key) - 1] : key === "n" ? neutralOf(view) : near;
  if (wanted) {
    table.choose(wanted.id);
    focusGame();
  } else if (key === "n") table.do("add_neutral", { name: say("faces.neutral") });
  else if (key === "l" && looksAt) table.do("look_at", { what: looksAt === "face" ? "frame" : "face" });
  else if (key === " ") thumbs.record();
  else if (key === "u") table.do("undo");
  else if (key === "t") table.do("train");
  else if (key === "Enter") table.do(brain.state === "trained" ? "start" : "train");
  else if (key === "Escape" && burst) table.do("burst_sent", { burst: burst.id });
  else return false;
  return true;
}
