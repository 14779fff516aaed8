import type { ComponentProps } from 'react';
import { classNames } from './class-names.ts';
import { Icon, type IconName } from './icon.tsx';
import styles from './icon-button.module.css';
import { Tooltip } from './tooltip.tsx';

export interface IconButtonProps extends ComponentProps<'button'> {
  readonly icon: IconName;
  /** The accessible name, and the tooltip. */
  readonly label: string;
  /** As in the table of shortcuts: `g a`. */
  readonly shortcut?: string;
  readonly pressed?: boolean;
  readonly size?: 'md' | 'sm';
}

export function IconButton(props: IconButtonProps) {
  const { icon, label, shortcut, pressed, size = 'md', className, ...rest } = props;
  return (
    <Tooltip label={label} {...(shortcut === undefined ? {} : { shortcut })}>
      <button
        type="button"
        {...rest}
        aria-label={label}
        aria-pressed={pressed}
        className={classNames(styles.iconButton, styles[size], className)}
      >
        <Icon name={icon} size={size === 'sm' ? 14 : 17} />
      </button>
    </Tooltip>
  );
}
