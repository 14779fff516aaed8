/// <reference types="node" />
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

/** Contrast as WCAG 2.2 defines it, of every pair of roles that can stand on each other. */
const textRoles = ['text', 'text-muted', 'text-faint', 'accent-text'];
const stateRoles = ['success', 'warning', 'danger'];
const surfaces = ['page', 'pane', 'raised', 'sunken', 'hover', 'selected'].map(
  (s) => `surface-${s}`,
);

const textPairs: readonly (readonly [string, string])[] = [
  ...textRoles.flatMap((text) => [...surfaces, 'accent-soft'].map((on) => [text, on] as const)),
  ...stateRoles.flatMap((text) => [...surfaces, `${text}-soft`].map((on) => [text, on] as const)),
  ['on-accent', 'accent'],
  ['on-accent', 'accent-hover'],
  ['on-danger', 'danger-fill'],
  ['text-inverse', 'surface-inverse'],
  ['text-inverse-action', 'surface-inverse'],
  ['text-inverse-danger', 'surface-inverse'],
  ['text', 'mark'],
];

/** Borders of controls, the ring of the focus, the dot of what is unread. */
const graphicPairs = ['border-strong', 'focus', 'accent'].flatMap((graphic) =>
  ['page', 'pane', 'raised', 'hover'].map((surface) => [graphic, `surface-${surface}`] as const),
);

for (const theme of ['light', 'dark'] as const) {
  test.each(textPairs)(`${theme}: %s is readable on %s (1.4.3)`, (text, surface) => {
    expect(contrast(colour(text, theme), colour(surface, theme))).toBeGreaterThanOrEqual(4.5);
  });

  test.each(graphicPairs)(`${theme}: %s stands out on %s (1.4.11)`, (graphic, surface) => {
    expect(contrast(colour(graphic, theme), colour(surface, theme))).toBeGreaterThanOrEqual(3);
  });
}

type Oklch = readonly [lightness: number, chroma: number, hue: number];

function colour(role: string, theme: 'light' | 'dark'): Oklch {
  const value = new RegExp(
    `--${role}: light-dark\\(oklch\\(([^)]+)\\), oklch\\(([^)]+)\\)\\)`,
  ).exec(css);
  const parts = value?.[theme === 'light' ? 1 : 2]?.split(' ').map(Number);
  const [lightness, chroma, hue] = parts ?? [];
  if (lightness === undefined || chroma === undefined || hue === undefined) {
    throw new Error(`tokens.css has no colour --${role}`);
  }
  return [lightness, chroma, hue];
}

function contrast(a: Oklch, b: Oklch): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

/** Relative luminance by way of Oklab and linear sRGB, clipped to what a screen shows. */
function luminance([lightness, chroma, hue]: Oklch): number {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const red = 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s;
  const green = -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s;
  const blue = -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s;
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  return 0.2126 * clip(red) + 0.7152 * clip(green) + 0.0722 * clip(blue);
}
