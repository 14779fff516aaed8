/** The data of Can I email, unpacked. */
import { familyNames, features, platformNames, programs } from './support-data.ts';
import type { HtmlFinding, ProgramSupport, SupportShares } from './types.ts';

export { updatedAt } from './support-data.ts';

export type Feature = Omit<HtmlFinding, 'found'>;

interface PackedFeature {
  readonly slug: string;
  readonly title: string;
  readonly description?: string;
  readonly category: string;
  readonly tags?: readonly string[];
  /** `3:16n 17a#2|4:2022-07y`. */
  readonly support: string;
  readonly notes?: Readonly<Record<string, string>>;
}

export function readFeatures(): readonly Feature[] {
  return features.map((json) => unpack(JSON.parse(json)));
}

export function namesByPlatform(): Readonly<Record<string, readonly string[]>> {
  const names: Record<string, Set<string>> = {};
  for (const program of programs) {
    const [family = '', platform = ''] = program.split('/');
    const known = names[platform] ?? new Set();
    names[platform] = known.add(familyNames[family] ?? family);
  }
  return Object.fromEntries(
    Object.entries(names).map(([platform, known]) => [platform, [...known].sort()]),
  );
}

function unpack(packed: PackedFeature): Feature {
  const { slug, title, category } = packed;
  const support = packed.support.split('|').flatMap(versionsOf);
  return {
    slug,
    title,
    description: packed.description ?? '',
    url: `https://www.caniemail.com/features/${slug}/`,
    category,
    tags: packed.tags ?? [],
    score: sharesOf(support.map(({ letter }) => letter)),
    programs: support.flatMap(programSupport),
    notes: packed.notes ?? {},
  };
}

interface VersionSupport {
  readonly family: string;
  readonly platform: string;
  readonly version: string;
  /** `y`es, `n`o, `a`lmost, `u`nknown. */
  readonly letter: string;
  readonly notes: readonly string[];
}

function versionsOf(support: string): readonly VersionSupport[] {
  const [place, versions = ''] = support.split(':');
  const [family = '', platform = ''] = (programs[Number(place)] ?? '').split('/');
  return versions.split(' ').flatMap((written) => {
    const [, version, letter, notes] = /^(.+)([ynau])((?:#\d+)*)$/.exec(written) ?? [];
    if (version === undefined || letter === undefined) return [];
    return [{ family, platform, version, letter, notes: notes?.match(/\d+/g) ?? [] }];
  });
}

function sharesOf(letters: readonly string[]): SupportShares {
  const count = (wanted: string) => letters.filter((letter) => letter === wanted).length;
  const [yes, almost, no] = [count('y'), count('a'), count('n')];
  const share = (part: number) => (part / Math.max(yes + almost + no, 1)) * 100;
  return { supported: share(yes), partial: share(almost), unsupported: share(no) };
}

function programSupport(about: VersionSupport): readonly ProgramSupport[] {
  const { family, platform, version, letter, notes } = about;
  // Nobody has tried those that are unknown.
  if (letter !== 'n' && letter !== 'a') return [];
  const name = `${familyNames[family] ?? family} ${platformNames[platform] ?? platform} (${version})`;
  return [{ name, family, platform, version, support: letter === 'n' ? 'no' : 'partial', notes }];
}
