import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useEffectEvent,
  useMemo,
  useRef,
  useState,
} from 'react';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { IconButton } from './icon-button.tsx';
import styles from './toast.module.css';

export interface ToastOptions {
  readonly title: string;
  readonly description?: string;
  readonly tone?: 'plain' | 'success' | 'danger';
  /** Takes the place of the toast with the same topic, if there is one. */
  readonly topic?: string;
  readonly action?: { readonly label: string; readonly onAction: () => void };
}

export interface ToastControls {
  /** Returns the function that closes it. */
  show(options: ToastOptions): () => void;
}

interface ShownToast extends ToastOptions {
  readonly id: number;
}

const shownMax = 3;
const ToastContext = createContext<ToastControls>({ show: () => () => {} });

export function useToast(): ToastControls {
  return useContext(ToastContext);
}

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly ShownToast[]>([]);
  const lastId = useRef(0);
  const controls = useMemo(() => {
    const close = (id: number) => setToasts((all) => all.filter((toast) => toast.id !== id));
    return {
      close,
      show(options: ToastOptions) {
        lastId.current += 1;
        const id = lastId.current;
        setToasts((all) => {
          const others = all.filter((toast) => !options.topic || toast.topic !== options.topic);
          return [...others, { ...options, id }].slice(-shownMax);
        });
        return () => close(id);
      },
    };
  }, []);

  return (
    <ToastContext value={controls}>
      {children}
      <section aria-label="Notifications" aria-live="polite" className={styles.viewport}>
        {toasts.map((toast) => (
          <Toast key={toast.id} toast={toast} onClose={() => controls.close(toast.id)} />
        ))}
      </section>
    </ToastContext>
  );
}

interface ToastProps {
  readonly toast: ToastOptions;
  readonly onClose: () => void;
}

/** Goes by itself, but not while it is pointed at or has the focus. */
function Toast({ toast, onClose }: ToastProps) {
  const { title, description, tone = 'plain', action } = toast;
  const [held, setHeld] = useState(false);
  const showMs = showMsOf(toast);
  const close = useEffectEvent(onClose);

  useEffect(() => {
    if (held || showMs === null) return;
    const timer = setTimeout(() => close(), showMs);
    return () => clearTimeout(timer);
  }, [held, showMs]);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pointing only keeps it from going.
    <div
      className={styles.toast}
      role={tone === 'danger' ? 'alert' : undefined}
      onBlur={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
    >
      {tone === 'danger' && <Icon className={styles.danger} name="warning" />}
      {tone === 'success' && <Icon className={styles.icon} name="check" />}
      <div className={styles.text}>
        <p className={styles.title}>{title}</p>
        {description && <p className={styles.description}>{description}</p>}
      </div>
      {action && (
        <Button
          className={styles.action}
          size="sm"
          variant="quiet"
          onClick={() => {
            onClose();
            action.onAction();
          }}
        >
          {action.label}
        </Button>
      )}
      <IconButton
        className={styles.close}
        icon="close"
        label="Dismiss"
        size="sm"
        onClick={onClose}
      />
    </div>
  );
}

/** A failure stays until it is closed; what can be undone stays longer than a mere word. */
function showMsOf({ tone, action }: ToastOptions): number | null {
  if (tone === 'danger') return null;
  return action ? 12_000 : 4_000;
}
