// The camera: one long-lived <video> (mirrored by the style), opened and closed here, and its centre square
// as a JPEG.

import { type CameraState, stateOf } from "./camera_error";

const QUALITY = 0.8;
const PICTURE_MS = 8000; // after which a camera that was opened should have sent a picture

export class Camera {
  readonly video: HTMLVideoElement;
  state: CameraState = "off";
  private readonly canvas = document.createElement("canvas");
  private readonly ctx = this.canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  private stream: MediaStream | null = null;
  private opening = 0;

  constructor(
    private readonly changed: (state: CameraState) => void,
    onFrame: () => void,
  ) {
    this.video = document.createElement("video");
    this.video.className = "video";
    this.video.muted = true;
    this.video.autoplay = true;
    this.video.setAttribute("playsinline", ""); // else an iPhone shows it over the whole screen
    const next = (): void => {
      if (this.video.requestVideoFrameCallback) this.video.requestVideoFrameCallback(seen);
      else setTimeout(() => requestAnimationFrame(seen), 15);
    };
    const seen = (): void => {
      next();
      if (this.state === "live") onFrame();
    };
    next();
  }

  /** Open the camera: that one, or the one that looks at the player. */
  async open(device = ""): Promise<void> {
    const mine = ++this.opening;
    this.release();
    this.become("starting");
    try {
      if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("", "InsecureError");
      const which = device ? { deviceId: { exact: device } } : { facingMode: "user" };
      const video = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 }, ...which };
      const stream = await navigator.mediaDevices.getUserMedia({ audio: false, video });
      if (mine !== this.opening) return stop(stream);
      this.stream = this.video.srcObject = stream;
      for (const track of stream.getVideoTracks()) {
        track.addEventListener("ended", () => stream === this.stream && this.become("EndedError"));
      }
      const late = (): boolean => mine === this.opening && this.state === "starting";
      setTimeout(() => late() && this.become("TimeoutError"), PICTURE_MS);
      await this.video.play();
      if (mine === this.opening) this.become("live");
    } catch (error) {
      if (mine !== this.opening) return;
      this.release();
      this.become(stateOf(error));
    }
  }

  close(): void {
    this.opening++;
    this.release();
    this.become("off");
  }

  /** The cameras there are, and which is used. */
  async devices(): Promise<{ id: string; label: string; used: boolean }[]> {
    if (!navigator.mediaDevices?.enumerateDevices) return [];
    const used = this.stream?.getVideoTracks()[0]?.getSettings().deviceId;
    const all = await navigator.mediaDevices.enumerateDevices();
    return all
      .filter((device) => device.kind === "videoinput" && device.deviceId)
      .map((device) => ({ id: device.deviceId, label: device.label, used: device.deviceId === used }));
  }

  /** The centre square of the picture now, `side` pixels wide (or fewer, if the camera has no more). */
  async grab(side: number): Promise<ArrayBuffer> {
    const { videoWidth: width, videoHeight: height } = this.video;
    const square = Math.min(width, height);
    const target = Math.min(side, square);
    if (!this.ctx || !target) throw new DOMException("", "EndedError");
    if (this.canvas.width !== target) this.canvas.width = this.canvas.height = target;
    this.ctx.drawImage(this.video, (width - square) / 2, (height - square) / 2, square, square, 0, 0, target, target);
    return jpeg(this.canvas, QUALITY);
  }

  private become(state: CameraState): void {
    this.state = state;
    this.changed(state);
  }

  private release(): void {
    if (this.stream) stop(this.stream);
    this.stream = this.video.srcObject = null;
  }
}

/** A picture file made small enough to send; one that cannot be read goes as its beginning, for the server
 * to say what is wrong with it. */
export async function small(file: File, side: number): Promise<ArrayBuffer> {
  const url = URL.createObjectURL(file);
  try {
    const picture = new Image();
    picture.src = url;
    await picture.decode();
    const scale = Math.min(1, side / Math.min(picture.naturalWidth, picture.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.naturalWidth * scale);
    canvas.height = Math.round(picture.naturalHeight * scale);
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return jpeg(canvas, 0.9);
  } catch {
    return new Response(file.slice(0, 1024)).arrayBuffer();
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** At once: `toBlob` would wait until the page is idle, which in a match it hardly is. */
function jpeg(canvas: HTMLCanvasElement, quality: number): ArrayBuffer {
  const [, data] = canvas.toDataURL("image/jpeg", quality).split(",");
  if (!data) throw new Error("no picture");
  return Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0)).buffer;
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
