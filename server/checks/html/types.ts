/** Which mail programs will not show the HTML of a message as it was meant. */

export interface HtmlReport {
  /** The worst of it, weighed by how much of the document it is about. */
  readonly score: SupportShares;
  readonly elementCount: number;
  /** Features that were looked for. */
  readonly testCount: number;
  /** Those that the message uses and not every program knows, the worst first. */
  readonly findings: readonly HtmlFinding[];
  /** Platform → names of its programs. */
  readonly platforms: Readonly<Record<string, readonly string[]>>;
  readonly source: { readonly name: 'Can I email'; readonly updatedAt: string };
}

/** In per cent, together 100. */
export interface SupportShares {
  readonly supported: number;
  readonly partial: number;
  readonly unsupported: number;
}

export interface HtmlFinding {
  readonly slug: string;
  readonly title: string;
  /** HTML: text with `code`, `em` and links, nothing else. */
  readonly description: string;
  /** What Can I email says about it. */
  readonly url: string;
  readonly category: string;
  readonly tags: readonly string[];
  /** How often it occurs, or how many elements it concerns. */
  readonly found: number;
  readonly score: SupportShares;
  /** Programs that do not know it, or not all of it. */
  readonly programs: readonly ProgramSupport[];
  /** Number → HTML, as in `description`. */
  readonly notes: Readonly<Record<string, string>>;
}

export interface ProgramSupport {
  /** `Outlook Windows (2019)`. */
  readonly name: string;
  /** `outlook`, `windows`, `2019`. */
  readonly family: string;
  readonly platform: string;
  readonly version: string;
  readonly support: 'partial' | 'no';
  /** Numbers in `notes`. */
  readonly notes: readonly string[];
}
