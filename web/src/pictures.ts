// The player's pictures, as the server shows them: small, in this page's memory, forgotten when removed.

import type { Face, PictureRow } from "./protocol";

export class Pictures {
  private readonly urls = new Map<string, string>();

  add(rows: PictureRow[], jpegs: ArrayBuffer[]): void {
    rows.forEach(({ id }, i) => {
      const data = jpegs[i];
      if (!data) return;
      this.drop(id);
      this.urls.set(id, URL.createObjectURL(new Blob([data], { type: "image/jpeg" })));
    });
  }

  url(id: string): string {
    return this.urls.get(id) ?? "";
  }

  /** Keep those that a face still has. */
  keep(faces: Face[]): void {
    const shown = new Set<string>();
    for (const face of faces) for (const id of face.pictures) shown.add(id);
    for (const id of [...this.urls.keys()]) if (!shown.has(id)) this.drop(id);
  }

  private drop(id: string): void {
    const url = this.urls.get(id);
    if (url) URL.revokeObjectURL(url);
    this.urls.delete(id);
  }
}
