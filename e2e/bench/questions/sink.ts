import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Question } from '../question.ts';

const run = promisify(execFile);
const sinksPerProcess = 20;
const timeoutMs = 60_000;

interface Line {
  readonly number: number;
  readonly importMs: number;
  readonly startMs: number;
  readonly stopMs: number;
}

export const sink: Question = {
  name: 'sink',
  group: 'store',
  title: 'How long does a test suite wait for a sink to start and to stop?',
  async ask(bench, notebook) {
    const library = pathToFileURL(join(dirname(bench.program), 'index.js')).href;
    const program = fileURLToPath(new URL('./sink-process.mjs', import.meta.url));
    for (let round = 1; round <= bench.rounds; round++) {
      const { stdout } = await run(process.execPath, [program, library, String(sinksPerProcess)], {
        timeout: timeoutMs,
      });
      const lines = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Line);
      for (const { number, importMs, startMs, stopMs } of lines) {
        const put = notebook.at({
          row: number === 0 ? 'the first of a process' : 'each further one',
        });
        if (number === 0) put.less('import of the library, ms', importMs);
        put.less('startSink(), ms', startMs);
        put.less('stop() with 20 idle clients, ms', stopMs);
      }
    }
  },
};
