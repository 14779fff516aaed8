/**
 * A test suite as it would use the sink: argv is the library and how often. Prints a line of JSON
 * with times in ms for each sink. The first start of a process compiles; later ones are what each
 * further test file or test pays.
 */
import { once } from 'node:events';
import { connect } from 'node:net';

const [library, count] = process.argv.slice(2);
const idleClients = 20;

const importedAtMs = performance.now();
const { startSink } = await import(library);
const importMs = performance.now() - importedAtMs;

for (let number = 0; number < Number(count); number++) {
  const startedAtMs = performance.now();
  const sink = await startSink();
  const startMs = performance.now() - startedAtMs;
  const clients = await Promise.all(
    Array.from({ length: idleClients }, async () => {
      const client = connect(sink.port, '127.0.0.1');
      client.on('error', () => {});
      await once(client, 'data');
      return client;
    }),
  );
  const stoppedAtMs = performance.now();
  await sink.stop();
  const stopMs = performance.now() - stoppedAtMs;
  for (const client of clients) client.destroy();
  process.stdout.write(`${JSON.stringify({ number, importMs, startMs, stopMs })}\n`);
}
