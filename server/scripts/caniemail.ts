/**
 * Brings the data of Can I email (https://www.caniemail.com) up to date: `npm run caniemail`. They
 * come as the npm package `caniemail`, of which only the data are wanted: installing it would bring
 * a linter and its sixty packages. What is written is a module, so that it is built, checked and
 * shipped like any other.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Feature {
  readonly slug: string;
  readonly title: string;
  readonly description: string | null;
  readonly url: string;
  readonly category: string;
  readonly tags: readonly string[] | null;
  readonly stats: Readonly<
    Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>
  >;
  readonly notes_by_num: Readonly<Record<string, string>> | null;
}

interface Data {
  readonly last_update_date: string;
  readonly nicenames: {
    readonly family: Readonly<Record<string, string>>;
    readonly platform: Readonly<Record<string, string>>;
  };
  readonly data: readonly Feature[];
}

const target = join(import.meta.dirname, '..', 'checks', 'html', 'support-data.ts');

const { data, version } = download();
writeFileSync(target, render(data, version));
process.stdout.write(`${data.data.length} features of ${data.last_update_date} written\n`);

function download(): { readonly data: Data; readonly version: string } {
  const folder = mkdtempSync(join(tmpdir(), 'caniemail-'));
  try {
    execFileSync('npm', ['pack', 'caniemail@latest', '--pack-destination', folder], {
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    execFileSync('sh', ['-c', 'tar xzf *.tgz'], { cwd: folder });
    const read = (path: string) => JSON.parse(readFileSync(join(folder, 'package', path), 'utf8'));
    return { data: read('data/caniemail.json'), version: read('package.json').version };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function render({ data: features, nicenames, last_update_date: updated }: Data, version: string) {
  const wanted = features.filter(({ category }) => category !== 'others');
  const programs = [...new Set(wanted.flatMap(programsOf))];
  const lines = wanted.map((feature) => `  ${quoted(JSON.stringify(compact(feature, programs)))},`);
  const programLines = programs.map((program) => `  ${quoted(program)},`);
  return `/**
 * Which mail programs know which HTML and CSS: the data of Can I email (https://www.caniemail.com),
 * written by \`npm run caniemail\` from version ${version} of the npm package of that name. Do not edit.
 *
 * MIT License
 *
 * Copyright (c) 2019 HTeuMeuLeu
 *
 * Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
 * associated documentation files (the "Software"), to deal in the Software without restriction,
 * including without limitation the rights to use, copy, modify, merge, publish, distribute,
 * sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
 * furnished to do so, subject to the following conditions:
 *
 * The above copyright notice and this permission notice shall be included in all copies or
 * substantial portions of the Software.
 *
 * THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
 * NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
 * NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM,
 * DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT
 * OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
 */

export const updatedAt = ${quoted(new Date(updated).toISOString())};

export const familyNames: Readonly<Record<string, string>> = ${literal(nicenames.family)};

export const platformNames: Readonly<Record<string, string>> = ${literal(nicenames.platform)};

/** Family and platform; features name them by their place in this list. */
export const programs: readonly string[] = [
${programLines.join('\n')}
];

/** One feature in JSON each, as \`support.ts\` reads it. */
export const features: readonly string[] = [
${lines.join('\n')}
];
`;
}

function programsOf({ stats }: Feature): readonly string[] {
  return Object.entries(stats).flatMap(([family, platforms]) =>
    Object.keys(platforms).map((platform) => `${family}/${platform}`),
  );
}

/** `3:16n 17a#2|4:2022-07y`: by program, each version with its letter and the numbers of notes. */
function compact(feature: Feature, programs: readonly string[]) {
  const support = programsOf(feature).map((program) => {
    const [family = '', platform = ''] = program.split('/');
    const versions = Object.entries(feature.stats[family]?.[platform] ?? {});
    const written = versions.map(([version, letter]) => version + letter.replaceAll(' ', ''));
    return `${programs.indexOf(program)}:${written.join(' ')}`;
  });
  const url = `https://www.caniemail.com/features/${feature.slug}/`;
  if (feature.url !== url) throw new Error(`${feature.slug} has the address ${feature.url}`);
  return {
    slug: feature.slug,
    title: feature.title,
    ...(feature.description ? { description: toHtml(feature.description) } : {}),
    category: feature.category,
    ...(feature.tags?.length ? { tags: feature.tags } : {}),
    support: support.join('|'),
    ...(feature.notes_by_num === null
      ? {}
      : {
          notes: Object.fromEntries(
            Object.entries(feature.notes_by_num).map(([number, note]) => [number, toHtml(note)]),
          ),
        }),
  };
}

/** Of Markdown they use code, links and emphasis. What comes out has no other markup. */
function toHtml(markdown: string): string {
  const escaped = markdown
    .trim()
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
  return escaped
    .split(/(`[^`]*`)/)
    .map((piece) =>
      piece.startsWith('`') && piece.length > 1
        ? `<code>${piece.slice(1, -1)}</code>`
        : piece
            .replaceAll(
              /\[([^\]]+)\]\((https:\/\/[^\s)]+)\)/g,
              '<a href="$2" target="_blank" rel="noreferrer">$1</a>',
            )
            .replaceAll(/(^|\s)_([^_]+)_(?=\s|$)/g, '$1<em>$2</em>')
            .replaceAll(/\s*\n\s*/g, ' '),
    )
    .join('');
}

function literal(names: Readonly<Record<string, string>>): string {
  const rows = Object.entries(names).map(([key, name]) => {
    const shown = /^[a-z]\w*$/.test(key) ? key : quoted(key);
    return `  ${shown}: ${quoted(name)},`;
  });
  return `{\n${rows.join('\n')}\n}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;
}
