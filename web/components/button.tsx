import type { ComponentProps } from 'react';
import styles from './button.module.css';
import { classNames } from './class-names.ts';
import { Icon, type IconName } from './icon.tsx';

export interface ButtonProps extends ComponentProps<'button'> {
  readonly variant?: 'plain' | 'primary' | 'quiet' | 'danger';
  readonly size?: 'md' | 'sm';
  readonly icon?: IconName;
}

export function Button(props: ButtonProps) {
  const { variant = 'plain', size = 'md', icon, className, children, ...rest } = props;
  return (
    <button
      type="button"
      {...rest}
      className={classNames(styles.button, styles[variant], styles[size], className)}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

export interface LinkButtonProps extends ComponentProps<'a'> {
  readonly variant?: 'plain' | 'primary' | 'quiet';
  readonly size?: 'md' | 'sm';
  readonly icon?: IconName;
}

/** Goes somewhere, or downloads; looks like a button. */
export function LinkButton(props: LinkButtonProps) {
  const { variant = 'plain', size = 'md', icon, className, children, ...rest } = props;
  return (
    <a {...rest} className={classNames(styles.button, styles[variant], styles[size], className)}>
      {icon && <Icon name={icon} />}
      {children}
    </a>
  );
}
