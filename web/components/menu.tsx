import { Menu as Base } from '@base-ui/react/menu';
import type { ReactElement, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { revealFocusGuards } from './focus-guards.ts';
import { Icon, type IconName } from './icon.tsx';
import { Kbd } from './kbd.tsx';
import { mainLandmark } from './landmark.ts';
import styles from './menu.module.css';

interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactElement<Record<string, unknown>>;
  readonly align?: 'start' | 'end';
  readonly side?: 'top' | 'bottom';
  readonly children: ReactNode;
}

export function Menu({ trigger, align = 'end', side = 'bottom', children }: MenuProps) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal container={mainLandmark}>
        <Base.Positioner align={align} side={side} sideOffset={4} className={styles.positioner}>
          <Base.Popup ref={revealFocusGuards} className={styles.popup}>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

interface MenuItemProps {
  readonly icon?: IconName;
  readonly shortcut?: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly onSelect: () => void;
  readonly children: ReactNode;
}

export function MenuItem({ icon, shortcut, danger, disabled, onSelect, children }: MenuItemProps) {
  return (
    <Base.Item
      className={classNames(styles.item, danger && styles.danger)}
      disabled={disabled ?? false}
      onClick={onSelect}
    >
      {icon && <Icon name={icon} />}
      <span className={styles.label}>{children}</span>
      {shortcut && <Kbd keys={shortcut} />}
    </Base.Item>
  );
}

interface MenuLinkItemProps {
  readonly href: string;
  readonly icon?: IconName;
  readonly download?: boolean;
  readonly target?: '_blank';
  readonly children: ReactNode;
}

export function MenuLinkItem({ href, icon, download, target, children }: MenuLinkItemProps) {
  return (
    <Base.LinkItem
      className={styles.item}
      closeOnClick
      download={download}
      href={href}
      rel={target && 'noreferrer'}
      target={target}
    >
      {icon && <Icon name={icon} />}
      <span className={styles.label}>{children}</span>
    </Base.LinkItem>
  );
}

export function MenuSeparator() {
  return <Base.Separator className={styles.separator} />;
}

interface MenuRadioGroupProps {
  readonly label: string;
  readonly value: string;
  readonly onValueChange: (value: string) => void;
  readonly children: ReactNode;
}

export function MenuRadioGroup({ label, value, onValueChange, children }: MenuRadioGroupProps) {
  return (
    <Base.RadioGroup value={value} onValueChange={(next) => onValueChange(String(next))}>
      <Base.Group>
        <Base.GroupLabel className={styles.groupLabel}>{label}</Base.GroupLabel>
        {children}
      </Base.Group>
    </Base.RadioGroup>
  );
}

interface MenuRadioItemProps {
  readonly value: string;
  readonly icon?: IconName;
  readonly children: ReactNode;
}

export function MenuRadioItem({ value, icon, children }: MenuRadioItemProps) {
  return (
    <Base.RadioItem className={styles.item} closeOnClick value={value}>
      {icon && <Icon name={icon} />}
      <span className={styles.label}>{children}</span>
      <Base.RadioItemIndicator>
        <Icon name="check" size={14} />
      </Base.RadioItemIndicator>
    </Base.RadioItem>
  );
}
