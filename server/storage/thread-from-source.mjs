/** Runs a TypeScript module in a thread: Node gives a worker no loader, so it takes one itself. */
import { register } from 'tsx/esm/api';

register();
await import(process.argv[2]);
