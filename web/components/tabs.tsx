import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import styles from './tabs.module.css';

export interface TabItem {
  readonly value: string;
  readonly label: string;
  /** A count or a word beside the label. */
  readonly badge?: string | number;
  readonly tone?: 'neutral' | 'warning' | 'danger';
}

interface TabsProps {
  readonly value: string;
  readonly onValueChange: (value: string) => void;
  readonly label: string;
  readonly items: readonly TabItem[];
  /** The panels, one `TabPanel` for each item. */
  readonly children: ReactNode;
}

export function Tabs({ value, onValueChange, label, items, children }: TabsProps) {
  return (
    <Base.Root
      className={styles.root}
      value={value}
      onValueChange={(next) => onValueChange(String(next))}
    >
      <Base.List aria-label={label} className={styles.list}>
        {items.map((item) => (
          <Base.Tab key={item.value} className={styles.tab} value={item.value}>
            {item.label}
            {item.badge !== undefined && (
              <span className={classNames(styles.badge, styles[item.tone ?? 'neutral'])}>
                {item.badge}
              </span>
            )}
          </Base.Tab>
        ))}
      </Base.List>
      {children}
    </Base.Root>
  );
}

interface TabPanelProps {
  readonly value: string;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

export function TabPanel({ value, className, children }: TabPanelProps) {
  return (
    <Base.Panel className={classNames(styles.panel, className)} value={value}>
      {children}
    </Base.Panel>
  );
}
