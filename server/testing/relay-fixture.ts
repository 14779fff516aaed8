/** A relay, and the SMTP server behind it that remembers what it was sent. */
import { createRelay } from '../relay/create-relay.ts';
import type { Relay, RelayOptions } from '../relay/types.ts';
import { startTestServer, type TestServer, type TestServerOptions } from './smtp-test-server.ts';

export interface RelayFixture extends AsyncDisposable {
  readonly relay: Relay;
  readonly server: TestServer;
}

export const testRelayDefaults: Omit<RelayOptions, 'port'> = {
  host: '127.0.0.1',
  tls: 'offered',
  anyCertificate: true,
  credential: null,
  returnPath: null,
  overrideFrom: null,
  preserveMessageIds: false,
  allowed: [],
  blocked: [],
  hostname: 'catcher.example.test',
};

export async function startTestRelay(
  options: Partial<RelayOptions> = {},
  serverOptions: TestServerOptions = {},
): Promise<RelayFixture> {
  const server = await startTestServer(serverOptions);
  return {
    relay: createRelay({ ...testRelayDefaults, port: server.port, ...options }),
    server,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
