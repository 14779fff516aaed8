/**
 * One sink for all workers of a run. A runner's global set-up starts it and tells the workers where
 * it is through the environment, which they inherit: `PRIXFIXE_URL` for the tests, `SMTP_*` for the
 * application, and the CA for both.
 */
import { startSink } from '../sink/start-sink.ts';
import type { Sink, SinkOptions } from '../sink/types.ts';
import { trustingEnvironment } from './trusting-environment.ts';

export interface SharedSink {
  readonly sink: Sink;
  /** Stops the sink, and puts the environment back as it was. */
  stop(): Promise<void>;
}

export async function startSharedSink(options: SinkOptions = {}): Promise<SharedSink> {
  const sink = await startSink({ ...options, web: options.web || true });
  const trust = sink.ca === null ? null : await trustingEnvironment(sink.ca, process.env);
  const variables = { ...sink.env(), ...trust?.variables };
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  return {
    sink,
    async stop() {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
      await sink.stop();
      await trust?.[Symbol.asyncDispose]();
    },
  };
}
