/**
 * Tooltips without a component for each: a control carries `data-tooltip`, and one layer shows the
 * text of whichever is pointed at or focused by keyboard. It can be pointed at itself and goes
 * with Escape (WCAG 2.2, 1.4.13).
 */
import { cloneElement, type ReactElement, useEffect, useRef, useState } from 'react';
import { Kbd } from './kbd.tsx';
import styles from './tooltip.module.css';

interface TooltipProps {
  /** Says again, to the eye, what the control's own name says. */
  readonly label: string;
  readonly shortcut?: string;
  readonly children: ReactElement<Record<string, unknown>>;
}

export function Tooltip({ label, shortcut, children }: TooltipProps) {
  return cloneElement(children, { 'data-tooltip': label, 'data-tooltip-keys': shortcut });
}

interface Shown {
  readonly anchor: HTMLElement;
  readonly label: string;
  readonly keys: string | undefined;
}

const openDelayMs = 450;
const closeDelayMs = 120;

/** Once, anywhere in the page. */
export function TooltipLayer() {
  const [shown, setShown] = useState<Shown | null>(null);
  const tip = useRef<HTMLDivElement>(null);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const plan = (next: Shown | null, delayMs: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => setShown(next), delayMs);
    };
    const over = (event: PointerEvent) => {
      if (event.pointerType === 'touch' || !(event.target instanceof Element)) return;
      if (tip.current?.contains(event.target)) return clearTimeout(timer);
      const next = tooltipOf(event.target);
      plan(next, next ? openDelayMs : closeDelayMs);
    };
    const focus = (event: FocusEvent) => {
      const { target } = event;
      if (target instanceof HTMLElement && target.matches(':focus-visible')) {
        plan(tooltipOf(target), openDelayMs);
      }
    };
    const hide = () => plan(null, 0);
    const key = (event: KeyboardEvent) => {
      if (event.key === 'Escape') hide();
    };
    document.addEventListener('pointerover', over);
    document.addEventListener('pointerdown', hide);
    document.addEventListener('focusin', focus);
    document.addEventListener('focusout', hide);
    document.addEventListener('keydown', key);
    document.addEventListener('scroll', hide, { capture: true, passive: true });
    return () => {
      clearTimeout(timer);
      document.removeEventListener('pointerover', over);
      document.removeEventListener('pointerdown', hide);
      document.removeEventListener('focusin', focus);
      document.removeEventListener('focusout', hide);
      document.removeEventListener('keydown', key);
      document.removeEventListener('scroll', hide, { capture: true });
    };
  }, []);

  useEffect(() => {
    const element = tip.current;
    if (!shown || !element?.showPopover) return;
    if (!shown.anchor.isConnected) return;
    element.showPopover();
    place(element, shown.anchor);
    return () => element.hidePopover();
  }, [shown]);

  return (
    <div ref={tip} aria-hidden="true" className={styles.tooltip} popover="manual">
      {shown?.label}
      {shown?.keys && <Kbd keys={shown.keys} />}
    </div>
  );
}

function tooltipOf(target: Element): Shown | null {
  const anchor = target.closest<HTMLElement>('[data-tooltip]');
  const label = anchor?.dataset.tooltip;
  return anchor && label ? { anchor, label, keys: anchor.dataset.tooltipKeys } : null;
}

/** Below its control, or above where there is no room; never outside the window. */
function place(tip: HTMLElement, anchor: HTMLElement): void {
  const gap = 6;
  const edge = 8;
  const at = anchor.getBoundingClientRect();
  const { width, height } = tip.getBoundingClientRect();
  const below = at.bottom + gap;
  const top = below + height > window.innerHeight - edge ? at.top - gap - height : below;
  const centred = at.left + at.width / 2 - width / 2;
  const left = Math.max(edge, Math.min(window.innerWidth - edge - width, centred));
  tip.style.translate = `${Math.round(left)}px ${Math.round(top)}px`;
}
