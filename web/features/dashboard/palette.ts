/** Tokens as a canvas needs them: resolved for the theme that is shown. */
import type { ColorRole } from './plot.ts';

const roles = {
  text: 'var(--text-faint)',
  grid: 'var(--border)',
  pane: 'var(--surface-pane)',
} as const;

export class Palette {
  private probe: HTMLElement | null = null;
  private readonly known = new Map<string, string>();
  private readonly listeners = new Set<() => void>();

  /** Only computed values are resolved ones, so an element is needed. Returns what removes it. */
  readonly attach = (place: HTMLElement): (() => void) => {
    const probe = document.createElement('span');
    probe.hidden = true;
    place.append(probe);
    this.probe = probe;
    const darkness = window.matchMedia('(prefers-color-scheme: dark)');
    darkness.addEventListener('change', this.changed);
    const theme = new MutationObserver(this.changed);
    theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      theme.disconnect();
      darkness.removeEventListener('change', this.changed);
      probe.remove();
    };
  };

  readonly subscribe = (onChange: () => void): (() => void) => {
    this.listeners.add(onChange);
    return () => this.listeners.delete(onChange);
  };

  color(role: ColorRole): string {
    return this.resolve(`var(--${role})`);
  }

  soft(role: ColorRole): string {
    return this.resolve(`color-mix(in oklab, var(--${role}) 16%, transparent)`);
  }

  frame(role: keyof typeof roles): string {
    return this.resolve(roles[role]);
  }

  font(): string {
    const { fontFamily } = getComputedStyle(this.probe ?? document.body);
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    return `${Math.round(rem * 0.6875)}px ${fontFamily}`;
  }

  private resolve(value: string): string {
    const known = this.known.get(value);
    if (known !== undefined) return known;
    if (!this.probe) return 'transparent';
    this.probe.style.color = value;
    const resolved = getComputedStyle(this.probe).color;
    this.known.set(value, resolved);
    return resolved;
  }

  private readonly changed = (): void => {
    this.known.clear();
    for (const listener of this.listeners) listener();
  };
}
