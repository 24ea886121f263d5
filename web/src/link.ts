// The connection: what the player does goes out, what the server says comes in. It comes back by itself with
// the session's secret.

import { io, type Socket } from "socket.io-client";
import { forget, recall, remember } from "./memory";
import { isRefusal, type PictureRow, type Refusal, type Snapshot, type Welcome } from "./protocol";
import { language } from "./words";

const ANSWER_MS = 10_000;

export type LinkState = "closed" | "connecting" | "open" | "lost";

/** What the page does about what comes in. */
export interface Hooks {
  state(state: LinkState): void;
  welcome(welcome: Welcome, forgotten: boolean): void;
  snapshot(changes: Partial<Snapshot>): void;
  pictures(rows: PictureRow[], jpegs: ArrayBuffer[]): void;
  resultPicture(png: ArrayBuffer): void;
  unreachable(): void; // nobody answers
  gone(why: Refusal): void; // the session is over
  refused(why: Refusal): void; // the server does not let this page in
  taken(): void; // the game goes on in another tab
  told(why: Refusal): void; // one thing could not be done
}

export class Link {
  state: LinkState = "closed";
  private socket: Socket | null = null;

  constructor(private readonly hooks: Hooks) {}

  open(): void {
    this.close();
    this.become("connecting");
    const socket = io("/game", {
      forceNew: true,
      transports: ["websocket", "polling"],
      tryAllTransports: true, // where a school's proxy lets no websocket through
      reconnectionDelay: 500,
      reconnectionDelayMax: 3000,
      timeout: 8000,
      auth: (give) => give(this.proof()),
    });
    this.socket = socket;
    socket.on("connect", () => {
      // Where a websocket works, a reconnect waits for one: polling, tried in its stead, would stay, and is slow.
      if (socket.io.engine.transport.name === "websocket") socket.io.opts.transports = ["websocket"];
    });
    socket.on("connect_error", (error: Error & { data?: Partial<Refusal> }) => {
      if (socket.active) return this.hooks.unreachable(); // it tries again by itself
      this.become("closed");
      this.hooks.refused({ error: error.data?.error ?? "", message: error.data?.message ?? error.message });
    });
    socket.on("disconnect", (why) => {
      if (this.socket !== socket) return;
      if (why !== "io server disconnect") return this.become("lost"); // it tries again by itself
      this.close(); // the game was taken up by another page: two that fight for it would help nobody
      this.hooks.taken();
    });
    socket.on("welcome", (welcome: Welcome) => {
      const forgotten = recall("session") !== "" && !welcome.resumed;
      remember("session", welcome.session);
      remember("secret", welcome.secret);
      this.become("open");
      this.hooks.welcome(welcome, forgotten);
    });
    socket.on("snapshot", this.hooks.snapshot);
    socket.on("pictures", this.hooks.pictures);
    socket.on("result_picture", this.hooks.resultPicture);
    socket.on("gone", (why: Refusal) => {
      forget("session", "secret");
      this.close();
      this.hooks.gone(why);
    });
  }

  close(): void {
    const socket = this.socket;
    this.socket = null;
    this.become("closed");
    socket?.removeAllListeners();
    socket?.disconnect();
  }

  /** Send something and wait for its answer; undefined if there is none. A refusal is told to the player. */
  async ask(event: string, ...details: unknown[]): Promise<unknown> {
    if (!this.socket?.connected) return undefined; // nothing is kept for later: it would come too late
    try {
      const answer: unknown = await this.socket.timeout(ANSWER_MS).emitWithAck(event, ...details);
      if (isRefusal(answer)) this.hooks.told(answer);
      return answer;
    } catch {
      return undefined; // the connection went away meanwhile, and says so itself
    }
  }

  /** A command of the player's: `Game.do`. */
  do(command: string, details: Record<string, unknown> = {}): void {
    void this.ask("do", command, details);
  }

  private proof(): Record<string, string> {
    const said = { token: recall("token"), language: language(), name: recall("nickname") };
    const session = recall("session");
    return session ? { ...said, session, secret: recall("secret") } : said;
  }

  private become(state: LinkState): void {
    if (state === this.state) return;
    this.state = state;
    this.hooks.state(state);
  }
}
