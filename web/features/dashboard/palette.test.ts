/// <reference types="node" />
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const css = readFileSync(new URL('../../styles/tokens.css', import.meta.url), 'utf8');

/**
 * Series are told apart by whoever sees colours otherwise, and stand out on the pane. Distances are
 * those of Oklab, after simulating a complete lack of one kind of cone.
 */
type Triple = readonly [number, number, number];
const series = [1, 2, 3, 4, 5, 6, 7].map((n) => `chart-${n}`);
const distanceMin = 0.08;

const sights: Readonly<Record<string, readonly number[]>> = {
  'full sight': [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152, 1.053, -0.205, 0.115, 0.786, 0.099, -0.004, -0.048, 1.052],
  deuteranopia: [0.367, 0.861, -0.228, 0.28, 0.673, 0.047, -0.012, 0.043, 0.969],
  tritanopia: [1.256, -0.077, -0.179, -0.078, 0.931, 0.148, 0.005, 0.691, 0.304],
};

for (const theme of ['light', 'dark'] as const) {
  test.each(Object.keys(sights))(`${theme}: any two series differ with %s`, (sight) => {
    const seen = series.map((role) => oklab(simulated(linear(role, theme), sights[sight] ?? [])));
    for (const [i, a] of seen.entries()) {
      for (const [j, b] of seen.entries()) {
        if (i >= j) continue;
        const distance = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
        expect(distance, `${series[i]} and ${series[j]}`).toBeGreaterThan(distanceMin);
      }
    }
  });

  test.each([...series, 'chart-8'])(`${theme}: %s stands out on a pane (1.4.11)`, (role) => {
    const pane = luminance(linear('surface-pane', theme));
    const own = luminance(linear(role, theme));
    const contrast = (Math.max(pane, own) + 0.05) / (Math.min(pane, own) + 0.05);
    expect(contrast).toBeGreaterThanOrEqual(3);
  });
}

function linear(role: string, theme: 'light' | 'dark'): Triple {
  const value = new RegExp(
    `--${role}: light-dark\\(oklch\\(([^)]+)\\), oklch\\(([^)]+)\\)\\)`,
  ).exec(css);
  const [lightness, chroma, hue] = (value?.[theme === 'light' ? 1 : 2] ?? '')
    .split(' ')
    .map(Number);
  if (lightness === undefined || chroma === undefined || hue === undefined) {
    throw new Error(`tokens.css has no colour --${role}`);
  }
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    shown(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    shown(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    shown(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function simulated(color: Triple, matrix: readonly number[]): Triple {
  const row = (at: number) =>
    shown(color.reduce((sum, value, i) => sum + value * (matrix[at + i] ?? 0), 0));
  return [row(0), row(3), row(6)];
}

function oklab([r, g, b]: Triple): Triple {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function luminance([r, g, b]: Triple): number {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function shown(value: number): number {
  return Math.min(1, Math.max(0, value));
}
