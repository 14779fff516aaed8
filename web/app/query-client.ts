import { QueryClient } from '@tanstack/react-query';
import { ConnectionError } from '../lib/api.ts';

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // Events say when something changed; the server is near, whatever the browser thinks.
        networkMode: 'always',
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        retry: (failures, error) => error instanceof ConnectionError && failures < 1,
        retryDelay: 400,
        // Lists are long, and copied with care where they change.
        structuralSharing: false,
      },
      mutations: { networkMode: 'always' },
    },
  });
}
