import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface PackageInfo {
  readonly version: string;
  /** Where the built page is, whether this code runs built or from source. */
  readonly pageDirectory: string;
}

/** Looks upwards for this package's own manifest: built code lies one folder deeper than source. */
export function packageInfo(): PackageInfo {
  let directory = import.meta.dirname;
  while (!existsSync(join(directory, 'package.json'))) {
    const parent = dirname(directory);
    if (parent === directory) return { version: 'unknown', pageDirectory: join(directory, 'web') };
    directory = parent;
  }
  const manifest: unknown = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  return { version: versionOf(manifest), pageDirectory: join(directory, 'dist', 'web') };
}

function versionOf(manifest: unknown): string {
  const known = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return known ? String(manifest.version) : 'unknown';
}
