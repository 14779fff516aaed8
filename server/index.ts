/** The library. Re-exports and nothing else; the list is kept by `index.test.ts`. */
export { type App, startApp } from './app.ts';
export type { Config } from './config/options.ts';
export { defaultConfig } from './config/parse.ts';
export { createLog, type Log } from './log.ts';
