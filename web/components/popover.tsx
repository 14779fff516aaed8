import { Popover as Base } from '@base-ui/react/popover';
import type { ReactElement, ReactNode } from 'react';
import { revealFocusGuards } from './focus-guards.ts';
import { mainLandmark } from './landmark.ts';
import styles from './popover.module.css';

interface PopoverProps {
  readonly trigger: ReactElement<Record<string, unknown>>;
  readonly label: string;
  readonly align?: 'start' | 'center' | 'end';
  readonly children: ReactNode;
}

export function Popover({ trigger, label, align = 'end', children }: PopoverProps) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal container={mainLandmark}>
        <Base.Positioner
          align={align}
          className={styles.positioner}
          collisionPadding={8}
          sideOffset={6}
        >
          <Base.Popup ref={revealFocusGuards} aria-label={label} className={styles.popup}>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** Wraps a control that ends the popover besides what it does. */
export function PopoverClose({ children }: { readonly children: ReactElement }) {
  return <Base.Close render={children as ReactElement<Record<string, unknown>>} />;
}
