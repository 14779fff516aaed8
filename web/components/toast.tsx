import { Toast as Base } from '@base-ui/react/toast';
import { type ReactNode, useMemo } from 'react';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { IconButton } from './icon-button.tsx';
import styles from './toast.module.css';

export interface ToastOptions {
  readonly title: string;
  readonly description?: string;
  readonly tone?: 'plain' | 'success' | 'danger';
  readonly action?: { readonly label: string; readonly onAction: () => void };
}

/** Failures stay until they are closed; what can be undone stays longer than a mere word. */
export function useToast() {
  const { add, close } = Base.useToastManager();
  return useMemo(
    () => ({
      show({ title, description, tone = 'plain', action }: ToastOptions) {
        const id = add({
          title,
          ...(description !== undefined && { description }),
          type: tone,
          priority: tone === 'danger' ? 'high' : 'low',
          timeout: tone === 'danger' ? 0 : action ? 12_000 : 4_000,
          ...(action && {
            actionProps: {
              children: action.label,
              onClick: () => {
                close(id);
                action.onAction();
              },
            },
          }),
        });
        return () => close(id);
      },
    }),
    [add, close],
  );
}

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  return (
    <Base.Provider limit={3}>
      {children}
      <Base.Portal>
        <Base.Viewport className={styles.viewport}>
          <ToastList />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

function ToastList() {
  const { toasts } = Base.useToastManager();
  return toasts.map((toast) => (
    <Base.Root
      key={toast.id}
      className={styles.toast}
      swipeDirection={['down', 'right']}
      toast={toast}
    >
      <Base.Content className={styles.content}>
        {toast.type === 'danger' && <Icon className={styles.danger} name="warning" />}
        {toast.type === 'success' && <Icon className={styles.success} name="check" />}
        <div className={styles.text}>
          <Base.Title className={styles.title} render={<p />} />
          <Base.Description className={styles.description} />
        </div>
        <Base.Action className={styles.action} render={<Button size="sm" variant="quiet" />} />
        <Base.Close
          className={styles.close}
          render={<IconButton icon="close" label="Dismiss" size="sm" />}
        />
      </Base.Content>
    </Base.Root>
  ));
}
