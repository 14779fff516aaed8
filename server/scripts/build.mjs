/** `npm run build` and, through `prepack`, `npm pack`: all of it, whatever changed. */
import { build, checkNode, failSetup, install } from './setup.mjs';

try {
  checkNode();
  await install();
  await build({ force: true });
} catch (error) {
  failSetup(error);
}
