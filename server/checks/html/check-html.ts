/**
 * Compares what a message uses with what mail programs know. Nothing that the message links is
 * fetched: a linked style sheet counts as a link, which few programs follow anyway.
 */
import { countUses } from './feature-uses.ts';
import { readUsage, type Usage } from './read-usage.ts';
import { namesByPlatform, readFeatures, updatedAt } from './support.ts';
import type { HtmlFinding, HtmlReport, SupportShares } from './types.ts';

export interface HtmlToCheck {
  readonly html: string;
  /** Media types of the pictures that are shown from the message itself. */
  readonly pictureTypes: readonly string[];
}

const charactersMax = 1024 * 1024;

export function checkHtml({ html, pictureTypes }: HtmlToCheck): HtmlReport {
  const usage = readUsage(html.slice(0, charactersMax));
  const features = readFeatures();
  const findings = features.flatMap((feature): readonly HtmlFinding[] => {
    const found = countUses(feature.slug, usage, pictureTypes) ?? 0;
    // What everybody knows is worth no word.
    return found === 0 || feature.programs.length === 0 ? [] : [{ ...feature, found }];
  });
  const all = [...scripts(usage), ...findings];
  const weight = ({ found, score }: HtmlFinding) =>
    (score.partial + score.unsupported) * shareOf(found, usage);
  return {
    score: totalOf(all, usage),
    elementCount: usage.elementCount,
    testCount: features.length + 1,
    findings: all.sort((a, b) => weight(b) - weight(a)),
    platforms: namesByPlatform(),
    source: { name: 'Can I email', updatedAt },
  };
}

/** Not in the data, for no program runs any. Data for search engines do no harm. */
function scripts({ elements }: Usage): readonly HtmlFinding[] {
  const found = elements.filter(
    (element) =>
      element.name === 'script' &&
      !/^application\/(?:ld\+)?json$/i.test(element.attribute('type') ?? ''),
  ).length;
  if (found === 0) return [];
  return [
    {
      slug: 'html-script',
      title: '<script> element',
      description: 'No mail program runs scripts.',
      url: '',
      category: 'html',
      tags: [],
      found,
      score: { supported: 0, partial: 0, unsupported: 100 },
      programs: [],
      notes: {},
    },
  ];
}

/** The worst finding of each kind counts, not their sum: they mostly concern the same programs. */
function totalOf(findings: readonly HtmlFinding[], usage: Usage): SupportShares {
  const worst = (kind: 'partial' | 'unsupported') =>
    Math.max(0, ...findings.map(({ found, score }) => score[kind] * shareOf(found, usage)));
  const unsupported = worst('unsupported');
  const partial = Math.min(worst('partial'), 100 - unsupported);
  return { supported: 100 - partial - unsupported, partial, unsupported };
}

function shareOf(found: number, { elementCount }: Usage): number {
  return Math.min(1, found / Math.max(elementCount, 1));
}
