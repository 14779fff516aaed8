/**
 * Keeps the heap of the program small. V8 grows the space of new objects to 32 MiB (Node 20) or
 * 128 MiB (Node 24) and lets old garbage double the heap before it looks: right for programs that
 * compute. This one hands octets on, of which few stay, and takes the same time with less.
 *
 * These flags hold for all threads of the process. So only the command line sets them; whoever has
 * the server as a library keeps what they have chosen.
 */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { setInterval, setTimeout } from './timers.ts';

/** As large as it is after the start. To look through more at a time saves nothing. */
const youngBytesMax = 16 * 1024 * 1024;
/** Garbage among old objects, in per cent of what is alive, before they are looked through. */
const oldGarbagePercent = 60;
const lookMs = 500;
/** Short, for under load V8 doubles that space again every few milliseconds. */
const growMs = 10;

export function limitHeap(): void {
  setFlagsFromString(`--heap-growing-percent=${oldGarbagePercent}`);
  setFlagsFromString('--semi-space-growth-factor=1');
  // V8 makes that space smaller in quiet times, and has to be able to make it larger again.
  setInterval(() => {
    const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
    if ((young?.space_size ?? 0) > youngBytesMax / 2) return;
    setFlagsFromString('--semi-space-growth-factor=2');
    setTimeout(() => setFlagsFromString('--semi-space-growth-factor=1'), growMs).unref();
  }, lookMs).unref();
}
