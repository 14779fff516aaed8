import { type KeyboardEvent, useMemo, useState } from 'react';
import type { SessionDetail } from '../../lib/api.ts';
import { useAge } from './lasted.tsx';
import {
  type AxisWindow,
  fittingScale,
  panned,
  type ScaleKind,
  type TimeScale,
  timeScale,
  wholeAxis,
  zoomed,
} from './time-scale.ts';
import { type Step, waterfallSteps } from './waterfall-steps.ts';

/** A session of a thousand recipients has as many steps, most of them alike. */
const shownMax = 120;
const zoomFactor = 2;
const panPart = 0.25;

export interface WaterfallState {
  readonly steps: readonly Step[];
  /** The first of them, until all are wanted. */
  readonly shown: readonly Step[];
  readonly showAll: () => void;
  readonly totalMs: number;
  readonly kind: ScaleKind;
  readonly setKind: (kind: ScaleKind) => void;
  readonly scale: TimeScale;
  readonly isMagnified: boolean;
  readonly zoomIn: () => void;
  readonly zoomOut: () => void;
  readonly showWhole: () => void;
  /** The step that has the keyboard. */
  readonly current: number;
  readonly setCurrent: (index: number) => void;
  /** True when the key was one of the waterfall's. */
  readonly press: (event: KeyboardEvent, focusStep: (index: number) => void) => void;
}

export function useWaterfall(session: SessionDetail): WaterfallState {
  const ageMs = useAge(session);
  const steps = useMemo(() => waterfallSteps(session, ageMs), [session, ageMs]);
  const moments = useMemo(
    () => steps.flatMap(({ fromMs, commandMs, endMs }) => [fromMs, commandMs, endMs]),
    [steps],
  );
  const totalMs = steps.at(-1)?.endMs ?? 0;
  const [chosenKind, setChosenKind] = useState<ScaleKind | null>(null);
  const kind = chosenKind ?? fittingScale(steps.map(workMs), totalMs);
  const [window, setWindow] = useState<AxisWindow>(wholeAxis);
  const [wanted, setCurrent] = useState(0);
  const [all, setAll] = useState(false);
  const whole = useMemo(() => timeScale(kind, moments), [kind, moments]);
  const scale = useMemo(() => timeScale(kind, moments, window), [kind, moments, window]);
  const shown = all ? steps : steps.slice(0, shownMax);
  const current = Math.min(wanted, shown.length - 1);

  const zoom = (factor: number) => {
    const step = steps[current];
    const [from, to] = step ? [step.commandMs, step.endMs] : [0, totalMs];
    setWindow(zoomed(window, factor, (whole.position(from) + whole.position(to)) / 2));
  };

  const press: WaterfallState['press'] = (event, focusStep) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const moveTo = (index: number) => {
      const next = Math.max(0, Math.min(shown.length - 1, index));
      setCurrent(next);
      focusStep(next);
    };
    const keys = new Map([
      ['ArrowDown', () => moveTo(current + 1)],
      ['ArrowUp', () => moveTo(current - 1)],
      ['Home', () => moveTo(0)],
      ['End', () => moveTo(shown.length - 1)],
      ['ArrowLeft', () => setWindow(panned(window, -panPart))],
      ['ArrowRight', () => setWindow(panned(window, panPart))],
      ['+', () => zoom(zoomFactor)],
      ['=', () => zoom(zoomFactor)],
      ['-', () => zoom(1 / zoomFactor)],
      ['0', () => setWindow(wholeAxis)],
    ]);
    const run = keys.get(event.key);
    if (!run) return;
    event.preventDefault();
    run();
  };

  return {
    steps,
    shown,
    showAll: () => setAll(true),
    totalMs,
    kind,
    setKind: (next) => {
      setChosenKind(next);
      setWindow(wholeAxis);
    },
    scale,
    isMagnified: window.to - window.from < 1,
    zoomIn: () => zoom(zoomFactor),
    zoomOut: () => zoom(1 / zoomFactor),
    showWhole: () => setWindow(wholeAxis),
    current,
    setCurrent,
    press,
  };
}

/** What must be legible: the server's part, and what the client did other than wait. */
function workMs({ kind, fromMs, commandMs, endMs }: Step): number {
  return kind === 'message' ? endMs - fromMs : endMs - commandMs;
}
