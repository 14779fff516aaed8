/** Where this platform wants a program to keep a user's data. */
import { posix, win32 } from 'node:path';

export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const name = 'prixfixe-dev';

export function dataDirectory({ platform, home, env }: Machine): string {
  if (platform === 'win32') {
    const local = env.LOCALAPPDATA || win32.join(home, 'AppData', 'Local');
    return win32.join(local, name);
  }
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', name);
  // The XDG specification has relative values ignored.
  const xdg = env.XDG_DATA_HOME ?? '';
  return posix.join(xdg.startsWith('/') ? xdg : posix.join(home, '.local', 'share'), name);
}
