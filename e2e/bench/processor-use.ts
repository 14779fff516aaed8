/** What the kernel knows of a process; Linux only, elsewhere `null`. */
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';

export interface ProcessorUse {
  /** Of all threads, user and system. */
  readonly totalMs: number;
  /** Of the first thread, which in Node runs the event loop. */
  readonly mainThreadMs: number;
}

/** proc(5), schedstat: nanoseconds on a processor. Threads that ended are not counted. */
export async function processorUseOf(pid: number): Promise<ProcessorUse | null> {
  try {
    const threads = await readdir(`/proc/${pid}/task`);
    const times = await Promise.all(
      threads.map(async (thread) => {
        const text = await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8');
        return { thread, ms: Number(text.split(' ')[0]) / 1e6 };
      }),
    );
    return {
      totalMs: times.reduce((sum, { ms }) => sum + ms, 0),
      mainThreadMs: times.find(({ thread }) => Number(thread) === pid)?.ms ?? 0,
    };
  } catch {
    return null;
  }
}

/** Of children that have ended and been waited for, in ticks of 10 ms. */
export function endedChildrenCpuMs(): number | null {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[13]) + Number(fields[14])) * 10;
  } catch {
    return null;
  }
}
