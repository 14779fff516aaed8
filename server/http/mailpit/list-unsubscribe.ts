/** List-Unsubscribe (RFC 2369 §3.2): addresses in angle brackets, separated by commas. */
import type { ListUnsubscribeShape } from './shapes.ts';

export function readListUnsubscribe(
  header: string | null,
  headerPost: string | null,
): ListUnsubscribeShape {
  if (header === null || header === '') {
    return { Header: '', Links: [], Errors: '', HeaderPost: '' };
  }
  const { links, errors } = readLinks(header.replace(/\([^()]*\)/g, '').trim());
  return {
    Header: header,
    Links: links,
    Errors: errors.join(', '),
    HeaderPost: headerPost ?? '',
  };
}

interface Links {
  readonly links: readonly string[];
  readonly errors: readonly string[];
}

function readLinks(value: string): Links {
  const nothing = (error: string): Links => ({ links: [], errors: [`"${value}" ${error}`] });
  if (!/<[^>]*>/.test(value)) return nothing('no valid unsubscribe links found');
  if (!value.startsWith('<') || !value.endsWith('>')) return nothing('should be enclosed in <>');
  const found = Array.from(value.matchAll(/<([^>]*)>/g), ([, link = '']) => link);
  if (found.length > 2) return nothing('should include a maximum of one email and one HTTP link');
  if (!/^<[^>]*>(?:\s*,\s*<[^>]*>)*$/.test(value)) {
    return nothing('<> should be split with a comma and optional spaces');
  }
  const links: string[] = [];
  const errors: string[] = [];
  const kinds = new Set<string>();
  for (const link of found) {
    const kind = kindOf(link);
    const error = kinds.has(kind) ? `should only contain one ${kind} link` : problemOf(link, kind);
    if (error === null) links.push(link);
    else errors.push(`"${link}" ${error}`);
    kinds.add(kind);
  }
  return { links, errors };
}

function kindOf(link: string): 'mailto' | 'HTTP' | 'other' {
  if (/^mailto:[a-z0-9]/i.test(link)) return 'mailto';
  return /^https?:\/\/[a-z0-9[]/i.test(link) ? 'HTTP' : 'other';
}

function problemOf(link: string, kind: ReturnType<typeof kindOf>): string | null {
  if (/\s/.test(link)) return 'should not contain spaces';
  if (kind === 'other') return 'should start with either http(s):// or mailto:';
  return URL.canParse(link) ? null : 'is not a valid link';
}
