/** The exact values under the crosshair, beside it. One element for all charts. */
import type { ColorRole } from './plot.ts';

export interface TooltipContent {
  /** Of the crosshair, in the window. */
  readonly left: number;
  readonly top: number;
  readonly title: string;
  readonly rows: readonly {
    readonly label: string;
    readonly color: ColorRole;
    readonly text: string;
  }[];
}

const distance = 12;

export class ChartTooltip {
  private element: HTMLElement | null = null;
  private owner: string | null = null;

  readonly attach = (element: HTMLElement | null): void => {
    this.element = element;
  };

  show(owner: string, content: TooltipContent): void {
    const { element } = this;
    if (!element) return;
    this.owner = owner;
    element.replaceChildren(titleOf(content.title), ...content.rows.map(rowOf));
    element.hidden = false;
    const width = element.offsetWidth;
    const fitsRight = content.left + distance + width < window.innerWidth - distance;
    const left = fitsRight ? content.left + distance : content.left - distance - width;
    const top = Math.min(content.top, window.innerHeight - element.offsetHeight - distance);
    element.style.transform = `translate(${Math.max(4, Math.round(left))}px, ${Math.round(top)}px)`;
  }

  hide(owner: string): void {
    if (this.owner !== owner || !this.element) return;
    this.owner = null;
    this.element.hidden = true;
  }
}

function titleOf(text: string): HTMLElement {
  const title = document.createElement('strong');
  title.textContent = text;
  return title;
}

function rowOf({ label, color, text }: TooltipContent['rows'][number]): HTMLElement {
  const row = document.createElement('div');
  const swatch = document.createElement('i');
  swatch.dataset.color = color;
  const name = document.createElement('span');
  name.textContent = label;
  const value = document.createElement('b');
  value.textContent = text;
  row.append(swatch, name, value);
  return row;
}
