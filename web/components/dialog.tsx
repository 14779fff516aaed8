import { type ReactNode, useEffect, useId, useRef } from 'react';
import styles from './dialog.module.css';
import { IconButton } from './icon-button.tsx';

interface DialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  readonly description?: string;
  readonly size?: 'md' | 'lg';
  readonly children?: ReactNode;
  readonly footer?: ReactNode;
}

/** The browser's own modal dialog: focus trap, Escape and the top layer come with it. */
export function Dialog(props: DialogProps) {
  const { open, onOpenChange, title, description, size = 'md', children, footer } = props;
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  useEffect(() => {
    const dialog = ref.current;
    if (!dialog) return;
    if (open && !dialog.open) {
      dialog.showModal();
      // Not its first button: nobody opened it to close it.
      dialog.focus();
    }
    if (!open && dialog.open) dialog.close();
  }, [open]);

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it; the click is for the backdrop.
    <dialog
      ref={ref}
      aria-labelledby={titleId}
      className={`${styles.dialog} ${styles[size]}`}
      tabIndex={-1}
      onClose={() => onOpenChange(false)}
      onClick={(event) => {
        if (event.target === event.currentTarget) onOpenChange(false);
      }}
    >
      {open && (
        <div className={styles.frame}>
          <header className={styles.header}>
            <div>
              <h2 className={styles.title} id={titleId}>
                {title}
              </h2>
              {description && <p className={styles.description}>{description}</p>}
            </div>
            <IconButton icon="close" label="Close" onClick={() => onOpenChange(false)} />
          </header>
          {children && (
            <div className={styles.body} tabIndex={size === 'lg' ? 0 : undefined}>
              {children}
            </div>
          )}
          {footer && <footer className={styles.footer}>{footer}</footer>}
        </div>
      )}
    </dialog>
  );
}
