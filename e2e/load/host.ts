/** What Linux tells of the machine; elsewhere `null`. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';

export interface ListenCounts {
  /** Handshakes that found an accept queue full. */
  readonly overflows: number;
  /** The same and other reasons for which a SYN was dropped. */
  readonly drops: number;
}

export function listenCounts(): ListenCounts | null {
  const text = read('/proc/net/netstat');
  const [names, values] = (text ?? '').split('\n').filter((line) => line.startsWith('TcpExt:'));
  if (names === undefined || values === undefined) return null;
  const numbers = values.split(' ');
  const counted = (name: string) => Number(numbers[names.split(' ').indexOf(name)]);
  return { overflows: counted('ListenOverflows'), drops: counted('ListenDrops') };
}

/** All processors together, since boot, in ticks of 10 ms. */
export function busyCpuMs(): number | null {
  const line = read('/proc/stat')?.split('\n')[0];
  if (line === undefined) return null;
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = line
    .replace(/^cpu +/, '')
    .split(' ')
    .map(Number);
  return (user + nice + system + irq + softirq) * 10;
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
  /** `net.core.somaxconn`: the kernel cuts every backlog to it. */
  readonly somaxconn: number | null;
  readonly commit: string | null;
}

export function describeMachine(): Machine {
  const somaxconn = read('/proc/sys/net/core/somaxconn');
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    system: `${type()} ${release()}`,
    node: process.version,
    somaxconn: somaxconn === null ? null : Number(somaxconn),
    commit: commit(),
  };
}

export function loadAverage(): string {
  return loadavg()
    .map((load) => load.toFixed(2))
    .join(', ');
}

function commit(): string | null {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], {
      cwd: import.meta.dirname,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .toString()
      .trim();
  } catch {
    // No git, or no repository: an unpacked archive can be measured as well.
    return null;
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
