/**
 * One frame for all charts: first every canvas is drawn, then the texts beside them are written.
 * To draw a text on a canvas the browser brings the page's layout up to date, so that a legend
 * written between two canvases would be laid out once for each of them.
 */
export interface Painted {
  draw(): void;
  /** After all have drawn: what changes the document. */
  label(): void;
}

export class Painter {
  private waiting = new Set<Painted>();
  private frame = 0;

  request(painted: Painted): void {
    this.waiting.add(painted);
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      const due = this.waiting;
      this.waiting = new Set();
      for (const one of due) one.draw();
      for (const one of due) one.label();
    });
  }

  forget(painted: Painted): void {
    this.waiting.delete(painted);
  }
}
