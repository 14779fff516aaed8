/**
 * The server as few files: hundreds of small ones take longer to find and read than to run. What
 * several ways in share lies in chunks of its own, so that a class is the same one for
 * `prixfixe-dev`, its adapters and its command line.
 *
 * Programs of threads are found beside the code that starts them, so all chunks lie in one folder,
 * `dist/server`. Only the adapters lie below it, and none of them asks where it lies.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { rolldown } from 'rolldown';

/**
 * What every start reads: a hundred and fifty files, which as part of ours take a tenth of a second
 * less. They are installed all the same, for their types.
 */
const bundled = ['hono', '@hono/node-server', 'ws', 'zod'];

/** Writes to `dist/server`. Types are the compiler's. */
export async function bundleServer(root) {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const build = await rolldown({
    cwd: root,
    input: { ...exported(manifest), ...threadPrograms(root) },
    platform: 'node',
    external: installed(manifest),
    // A way in exports what it did before.
    preserveEntrySignatures: 'strict',
    transform: { target: 'es2023' },
    onLog(level, log) {
      if (level === 'warn') throw new Error(log.message);
    },
  });
  try {
    const { output } = await build.write({
      dir: join(root, 'dist', 'server'),
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: '[name]-[hash].js',
      hashCharacters: 'hex',
      comments: false,
    });
    check(output);
    writeFileSync(join(root, 'dist', 'server', 'LICENSES.txt'), licenses(root));
  } finally {
    await build.close();
  }
}

/** What package.json names: the program and each entry of `exports` that is compiled. */
function exported({ bin, exports }) {
  const files = [
    ...Object.values(bin),
    ...Object.values(exports).map((entry) => entry.default ?? entry.import),
    // Fetched by the two CommonJS files, which are shipped as they are.
    './dist/server/adapters/jest-outside.js',
  ];
  return Object.fromEntries(
    files
      .map((file) => /dist\/server\/(.+)\.js$/.exec(file ?? '')?.[1])
      .filter((name) => name !== undefined)
      .map((name) => [name, `./server/${name}.ts`]),
  );
}

/** Files that talk to the thread that started them. */
function threadPrograms(root) {
  const files = readdirSync(join(root, 'server'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.test)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .map((file) => relative(root, file).replaceAll(sep, '/'))
    .filter((file) => !/^server\/(?:testing|scripts)\//.test(file))
    .filter((file) =>
      /\bimport \{[^}]*\bparentPort\b/.test(readFileSync(join(root, file), 'utf8')),
    );
  return Object.fromEntries(
    files.map((file) => [file.slice(file.lastIndexOf('/') + 1, -'.ts'.length), `./${file}`]),
  );
}

/** Stays where npm puts it. Everything else has to be ours, or bundled. */
function installed({ dependencies, optionalDependencies, peerDependencies }) {
  const names = Object.keys({
    ...dependencies,
    ...optionalDependencies,
    ...peerDependencies,
  }).filter((name) => !bundled.includes(name));
  return (id) => names.some((name) => id === name || id.startsWith(`${name}/`));
}

/** Theirs goes with their code. */
function licenses(root) {
  return bundled
    .map((name) => {
      const folder = join(root, 'node_modules', name);
      const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      return `${name} ${version}\n\n${readFileSync(join(folder, 'LICENSE'), 'utf8').trim()}\n`;
    })
    .join(`\n${'-'.repeat(72)}\n\n`);
}

function check(output) {
  const astray = output.filter(
    ({ type, fileName, code }) =>
      type === 'chunk' && fileName.includes('/') && code.includes('import.meta'),
  );
  if (astray.length === 0) return;
  const names = astray.map(({ fileName }) => fileName).join(', ');
  throw new Error(`${names}: code that asks where it lies has to lie in dist/server itself.`);
}
