// The picture that a player shares: their points, what they made them with, and the match's curve. No face.

import type { Result, Snapshot } from "./protocol";
import { nameOf } from "./table";
import { say } from "./words";

const WIDTH = 1080;
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

/** The card as a PNG. `chart` is the match's picture, as the server drew it. */
export async function shareCard(view: Snapshot, result: Result, chart: HTMLImageElement): Promise<Blob> {
  const margin = 70;
  const inner = WIDTH - 2 * margin;
  const chartHeight = chart.naturalWidth ? (inner * chart.naturalHeight) / chart.naturalWidth : 0;
  const rows = result.per_face.filter(([, times]) => times > 0);
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = Math.round(430 + chartHeight + 40 + 66 * rows.length + 60);
  const ctx = canvas.getContext("2d");
  if (!ctx) throw new Error("no canvas");
  ctx.fillStyle = "#fff8e6";
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  smiley(ctx, WIDTH - margin - 90, 170, 90);
  write("facegame", 46, 600, 120, "#566070");
  write(say("result.score", { score: result.score }), 130, 800, 260);
  write(result.record ? say("result.record") : say("result.best", { best: result.best }), 46, 700, 340, "#9a6400");
  ctx.fillStyle = "#fff";
  ctx.fillRect(margin - 16, 400, inner + 32, chartHeight + 24);
  if (chartHeight) ctx.drawImage(chart, margin, 412, inner, chartHeight);
  rows.forEach(([face, times], i) => write(`★ ${times} × ${nameOf(view, face)}`, 46, 600, 400 + chartHeight + 100 + 66 * i));
  return new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("no picture"))), "image/png"));

  function write(text: string, size: number, weight: number, y: number, colour = "#1d2430"): void {
    if (!ctx) return;
    ctx.fillStyle = colour;
    ctx.font = `${weight} ${size}px ${FONT}`;
    ctx.fillText(text, margin, y, inner);
  }
}

function smiley(ctx: CanvasRenderingContext2D, x: number, y: number, r: number): void {
  const disc = (cx: number, cy: number, radius: number, colour: string): void => {
    ctx.fillStyle = colour;
    ctx.beginPath();
    ctx.arc(cx, cy, radius, 0, 7);
    ctx.fill();
  };
  disc(x, y, r, "#ffd166");
  disc(x - 0.3 * r, y - 0.16 * r, 0.14 * r, "#1d2430");
  disc(x + 0.3 * r, y - 0.16 * r, 0.14 * r, "#1d2430");
  ctx.lineWidth = 0.13 * r;
  ctx.lineCap = "round";
  ctx.strokeStyle = "#1d2430";
  ctx.beginPath();
  ctx.arc(x, y + 0.02 * r, 0.5 * r, 0.5, Math.PI - 0.5);
  ctx.stroke();
}
