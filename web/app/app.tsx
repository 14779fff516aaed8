import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ErrorBoundary } from '../components/error-boundary.tsx';
import { ToastProvider } from '../components/toast.tsx';
import { TooltipLayer } from '../components/tooltip.tsx';
import { LiveMetricsContext } from '../lib/live-metrics.ts';
import { LiveStatusContext } from '../lib/live-status.ts';
import { listenForShortcuts, ShortcutContext, ShortcutListener } from '../lib/shortcuts.ts';
import { LiveUpdates } from './live-updates.ts';
import { Shell } from './shell.tsx';

/** Providers, and the two things that listen as long as the page is open: events and keys. */
export function App({ client }: { readonly client: QueryClient }) {
  const [live] = useState(() => new LiveUpdates(client));
  const [keyboard] = useState(() => new ShortcutListener());

  useEffect(() => live.start(), [live]);
  useEffect(() => listenForShortcuts(keyboard), [keyboard]);

  return (
    <QueryClientProvider client={client}>
      <LiveStatusContext value={live}>
        <LiveMetricsContext value={live.metrics}>
          <ShortcutContext value={keyboard}>
            <ToastProvider>
              <ErrorBoundary>
                <Shell />
              </ErrorBoundary>
            </ToastProvider>
            <TooltipLayer />
          </ShortcutContext>
        </LiveMetricsContext>
      </LiveStatusContext>
    </QueryClientProvider>
  );
}
