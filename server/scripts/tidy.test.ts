/** The rules that keep the house standing. Each test names the files that break it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findCycles, readSourceFiles, root, type SourceFile } from './source-files.ts';

const files = readSourceFiles();
const text = (name: string) => readFileSync(join(root, name), 'utf8');
const manifest = JSON.parse(text('package.json')) as {
  readonly bin: Readonly<Record<string, string>>;
  readonly files: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  /** The runners that there are adapters for. */
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};

/** Where a file may import from; the first row that matches counts. */
const layers: readonly (readonly [from: RegExp, allowed: readonly RegExp[]])[] = [
  [/^db\//, [/^db\//]],
  [/^server\/config\//, [/^server\/(?:config|faults)\//, /^server\/assert\.ts$/]],
  [/^server\/smtp\/protocol\//, [/^server\/smtp\/protocol\//, /^server\/assert\.ts$/]],
  [
    /^server\/smtp\//,
    [/^server\/smtp\//, /^server\/(?:assert|listen-error|message-id|log|timers)\.ts$/],
  ],
  [/^server\/message\//, [/^server\/message\//, /^server\/assert\.ts$/]],
  [/^server\/search\//, [/^server\/search\//, /^server\/assert\.ts$/]],
  [/^server\/metrics\//, [/^server\/metrics\//, /^server\/assert\.ts$/]],
  [/^server\/checks\//, [/^server\/(?:checks|message)\//, /^server\/assert\.ts$/]],
  [/^server\/thumbnails\//, [/^server\/thumbnails\//, /^server\/assert\.ts$/]],
  [/^server\/tasks\//, [/^server\/(?:tasks|checks|thumbnails)\//, /^server\/assert\.ts$/]],
  [/^server\/relay\//, [/^server\/(?:relay|message)\//, /^server\/(?:assert|message-id)\.ts$/]],
  // A rule on one line has times as options have them.
  [
    /^server\/faults\//,
    [
      /^server\/faults\//,
      /^server\/config\/units\.ts$/,
      /^server\/(?:assert|message-id|timers)\.ts$/,
    ],
  ],
  [/^server\/sessions\//, [/^server\/sessions\//, /^server\/(?:assert|events|timers)\.ts$/]],
  [/^server\/tls\//, [/^server\/tls\//, /^server\/(?:assert|timers)\.ts$/]],
  [
    /^server\/storage\//,
    [
      /^server\/(?:storage|message)\//,
      /^db\//,
      /^server\/(?:assert|events|message-id|timers)\.ts$/,
    ],
  ],
  [
    /^server\/http\//,
    [
      /^server\/(?:http|search|metrics|message|relay|checks|tasks|thumbnails|faults)\//,
      /^server\/(?:assert|events|listen-error|message-id|timers)\.ts$/,
    ],
  ],
  // Some commands use a sink as tests do.
  [
    /^server\/commands\//,
    [
      /^server\/(?:commands|config|message|sink|faults)\//,
      /^server\/adapters\/trusting-environment\.ts$/,
      /^server\/assert\.ts$/,
    ],
  ],
  [/^server\/adapters\//, [/^server\/(?:adapters|sink|message)\//]],
  // The library starts the whole program, through app.ts.
  [
    /^server\/sink\//,
    [/^server\/(?:sink|message|config|faults)\//, /^server\/(?:app|assert|log|timers)\.ts$/],
  ],
  [/^server\/(?:app|cli|index)\.ts$/, [/^server\/(?!testing|scripts)/, /^db\//]],
  [/^server\/[^/]+\.ts$/, [/^server\/[^/]+\.ts$/]],
  [/^web\/(?:app\/|main\.tsx)/, [/^web\//]],
  [/^web\/features\//, [/^web\/(?:features|components|lib|styles)\//]],
  [/^web\/(?:components|lib|styles)\//, [/^web\/(?:components|lib|styles)\//]],
];

/** Contracts: what any of ours may know the types of. */
const typesForAll: readonly (readonly [from: RegExp, allowed: RegExp])[] = [
  [/^server\//, /^db\/(?:\w+-)?types\.ts$/],
  [/^server\//, /^server\/faults\/types\.ts$/],
  [
    /^server\/(?:http|commands|sessions|sink)\//,
    /^server\/(?:events|(?:storage|sessions)\/types|http\/(?:session-|fault-)?shapes)\.ts$/,
  ],
  [
    /^server\/(?:storage|metrics|sessions|faults)\//,
    /^server\/smtp\/(?:types|protocol\/(?:session-types|gate))\.ts$/,
  ],
  [/^server\/http\//, /^server\/sink\/waits\.ts$/],
  // Its codes become statuses in http/errors.ts, and a code without one does not compile.
  [/^server\/http\//, /^db\/store-error\.ts$/],
  [/^web\//, /^server\/(?:http\/|metrics\/types\.ts)/],
];

test('who may import whom', () => {
  const wrong = files
    .filter(({ isTest }) => !isTest)
    .flatMap((file) => {
      const allowed = layers.find(([from]) => from.test(file.path))?.[1] ?? [];
      return file.imports
        .filter(({ isOurs, target, isTypeOnly }) => {
          if (!isOurs || allowed.some((pattern) => pattern.test(target))) return false;
          const isContract = typesForAll.some(
            ([from, to]) => from.test(file.path) && to.test(target),
          );
          return !(isTypeOnly && isContract);
        })
        .map(({ target }) => `${file.path} imports ${target}`);
    });
  expect(wrong).toEqual([]);
});

test('only the ways in import app.ts, only tests import testing', () => {
  const wrong = files.flatMap(({ path, imports, isTest }) =>
    imports
      .filter(({ target }) => {
        if (target === 'server/app.ts')
          return !isTest && !/^server\/(?:cli|index|sink\/start-sink)\.ts$/.test(path);
        return target.startsWith('server/testing/') && !isTest;
      })
      .map(({ target }) => `${path} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

test('journeys know the library, the browser and what tests share, nothing inside', () => {
  const wrong = files
    .filter(({ path }) => path.startsWith('e2e/'))
    .flatMap(({ path, imports }) =>
      imports
        .filter(
          ({ isOurs, target }) =>
            isOurs && !/^e2e\/|^server\/index\.ts$|^server\/testing\//.test(target),
        )
        .map(({ target }) => `${path} imports ${target}`),
    );
  expect(wrong).toEqual([]);
});

test('no feature of the page knows another', () => {
  const featureOf = (path: string) => /^web\/features\/([^/]+)\//.exec(path)?.[1];
  const wrong = files.flatMap(({ path, imports }) => {
    const own = featureOf(path);
    if (own === undefined) return [];
    return imports
      .filter(({ target }) => featureOf(target) !== undefined && featureOf(target) !== own)
      .map(({ target }) => `${path} imports ${target}`);
  });
  expect(wrong).toEqual([]);
});

test('imports run in no circle', () => {
  expect(findCycles(files)).toEqual([]);
});

test('what is imported exists, and every file is imported or is a way in', () => {
  const paths = new Set(files.map(({ path }) => path));
  const imported = new Set(files.flatMap(({ imports }) => imports.map(({ target }) => target)));
  const missing = files.flatMap(({ path, imports }) =>
    imports
      .filter(
        ({ isOurs, target }) => isOurs && !paths.has(target) && !existsSync(join(root, target)),
      )
      .map(({ target }) => `${path} imports ${target}`),
  );
  expect(missing).toEqual([]);
  const orphans = files.filter((file) => !imported.has(file.path) && !isWayIn(file));
  expect(orphans.map(({ path }) => path)).toEqual([]);
});

/** Started by name: by a person, npm, a runner, a page, or as the entry of a thread. */
function isWayIn({ path }: SourceFile): boolean {
  if (/\.test\.tsx?$|\.journey\.ts$|\.config\.ts$|\.d\.ts$/.test(path)) return true;
  if (
    /^server\/(?:cli|index)\.ts$|^server\/scripts\/\w+\.(?:mjs|ts)$|^web\/main\.tsx$/.test(path)
  ) {
    return true;
  }
  // What a package exports, and the projects that use it as others do.
  if (text('package.json').includes(`"./dist/${path.replace(/\.ts$/, '.js')}"`)) return true;
  if (/^e2e\/examples\/|^server\/adapters\/jest-outside\.ts$/.test(path)) return true;
  // `npm run …` starts it.
  if (text('package.json').includes(` ${path}"`)) return true;
  const base = path.slice(path.lastIndexOf('/') + 1).replace(/\.\w+$/, '');
  return files.some((other) => other.path !== path && other.text.includes(`'./${base}`));
}

test('what SMTP says stands in replies.ts and nowhere else', () => {
  const wrong = files
    .filter(({ path, isTest }) => /^server\/smtp\//.test(path) && !isTest)
    .filter(({ path }) => !path.endsWith('/replies.ts'))
    .filter(({ text: code }) => /(['"`])[2-5]\d\d[ -][^'"`\n]*\1/.test(code));
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test('every RFC that is cited stands in STANDARDS.md, and is cited in one form', () => {
  const standards = text('server/STANDARDS.md');
  const cited = files
    .filter(({ path }) => /^(?:server|db)\//.test(path))
    .flatMap((file) =>
      [...file.text.matchAll(/\bRFC[ -]?(\d{3,5})/g)].map(([whole, number]) => ({
        path: file.path,
        whole,
        number,
      })),
    );
  const unlisted = cited.filter(({ number }) => !standards.includes(`RFC ${number}`));
  expect([...new Set(unlisted.map(({ path, number }) => `${path}: RFC ${number}`))]).toEqual([]);
  const oddly = files.flatMap(({ path, text: code }) =>
    [...code.matchAll(/RFC \d+,? (?:section|sec\.|chapter) ?[\d.]+/gi)].map(
      ([use]) => `${path}: ${use}`,
    ),
  );
  expect(oddly).toEqual([]);
});

test('no plans in comments, but with the number of an issue', () => {
  const wrong = files
    .filter(({ path }) => !path.endsWith('tidy.test.ts'))
    .filter(({ text: code }) => /\b(?:TODO(?!\(#\d+\))|FIXME|XXX)\b/.test(code));
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test('nothing is kept between uses of a module', () => {
  const wrong = files
    .filter(({ path, isTest }) => !isTest && /^(?:server|db)\//.test(path))
    .filter(({ text: code }) => /^(?:export )?(?:let|var) /m.test(code));
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test('what runs inside a test suite keeps its own time, whatever the suite does to the global one', () => {
  // A patience that only ends in 452, and what is measured, may stand still with the rest.
  const exempt = /\/(?:flight-budget|record-history)\.ts$/;
  const timer = /(?<![\w.#])(?:set|clear)(?:Timeout|Interval|Immediate)\(/;
  const wrong = files
    .filter(
      ({ path, isTest }) => /^server\/(?:smtp|storage|sessions|sink|tls)\//.test(path) && !isTest,
    )
    .filter(({ path }) => !exempt.test(path))
    .filter(({ imports, text: code }) => {
      const isTimed = imports.some(({ target }) => target === 'server/timers.ts');
      return /\b(?:Date|performance)\.now\b/.test(code) || (timer.test(code) && !isTimed);
    });
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test('colours have their names in tokens.css', () => {
  const colour = /#[0-9a-f]{3,8}\b|\b(?:rgb|rgba|hsl|hsla|oklch|oklab|lab|lch)\((?!from )/i;
  const wrong = files
    .filter(({ path }) => path.endsWith('.css') && !path.endsWith('/tokens.css'))
    .flatMap(({ path, text: code }) =>
      code
        .replaceAll(/\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\//g, '')
        .split('\n')
        .filter((line) => colour.test(line))
        .map((line) => `${path}: ${line.trim()}`),
    );
  expect(wrong).toEqual([]);
});

test('every dependency is used, and CONTRIBUTING says what it saves', () => {
  const contributing = text('CONTRIBUTING.md');
  const { dependencies, optionalDependencies, peerDependencies, devDependencies } = manifest;
  const names = Object.keys({ ...dependencies, ...optionalDependencies, ...devDependencies });
  expect(names.filter((name) => !contributing.includes(`\`${name}\``))).toEqual([]);

  const used = new Set(
    files.flatMap(({ imports, isTest, path }) =>
      isTest || path.startsWith('web/') ? [] : imports.map(({ target }) => packageOf(target)),
    ),
  );
  const mentioned = (name: string) =>
    files.some(({ isTest, text: code }) => !isTest && code.includes(`'${name}'`));
  const unused = Object.keys({ ...dependencies, ...optionalDependencies }).filter(
    (name) => !used.has(name) && !mentioned(name),
  );
  expect(unused).toEqual([]);
  const undeclared = [...used].filter(
    (name) =>
      isPackage(name) &&
      !(name in { ...dependencies, ...optionalDependencies, ...peerDependencies }),
  );
  expect(undeclared).toEqual([]);
});

function packageOf(target: string): string {
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
}

function isPackage(name: string): boolean {
  return (
    !name.startsWith('node:') && !/^(?:server|db|web|e2e)$/.test(name) && !name.startsWith('.')
  );
}

test('the package carries the build and the texts, and its program can be started', () => {
  expect(manifest.files).toEqual(['dist/server', 'dist/db', 'dist/web', 'CHANGELOG.md']);
  expect(manifest.bin).toEqual({ 'prixfixe-dev': 'dist/server/cli.js' });
  expect(text('server/cli.ts').startsWith('#!/usr/bin/env node\n')).toBe(true);
  expect(text('LICENSE')).toContain('MIT License');
});
