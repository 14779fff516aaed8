/**
 * A long text with line numbers and a search of its own. Blocks of lines out of sight cost no
 * layout (`content-visibility`), yet stay in the document, so the browser's own search finds them.
 */
import {
  type CSSProperties,
  memo,
  type ReactNode,
  useDeferredValue,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import { IconButton } from '../../components/icon-button.tsx';
import { formatCount } from '../../lib/format.ts';
import styles from './code-view.module.css';
import {
  findMatches,
  groupLines,
  type Match,
  matchesMax,
  splitLines,
  type TextBlock,
} from './text-lines.ts';

interface CodeViewProps {
  readonly text: string;
  /** What the text is, for assistive technology: “HTML source”. */
  readonly label: string;
  readonly numbered?: boolean;
  /** Stands beside the search: how much is shown, what else can be had. */
  readonly children?: ReactNode;
}

const firstBlocks = 3;
const noMatches: readonly Match[] = [];

export function CodeView({ text, label, numbered = true, children }: CodeViewProps) {
  const [sought, setSought] = useState('');
  const [current, setCurrent] = useState<number | null>(null);
  const deferred = useDeferredValue(sought);
  const body = useRef<HTMLDivElement>(null);

  const lines = useMemo(() => splitLines(text), [text]);
  const allBlocks = useMemo(() => groupLines(lines), [lines]);
  // The beginning at once, the rest when the browser has time for it.
  const blocks = useDeferredValue(allBlocks, allBlocks.slice(0, firstBlocks));
  const matches = useMemo(() => findMatches(lines, deferred), [lines, deferred]);
  const byBlock = useMemo(() => groupMatches(blocks, matches), [blocks, matches]);
  const active = current === null ? undefined : matches[current];

  const go = (step: number) => {
    if (matches.length === 0) return;
    const from = current ?? (step > 0 ? -1 : matches.length);
    const next = (from + step + matches.length) % matches.length;
    setCurrent(next);
    const line = matches[next]?.lineIndex;
    body.current?.querySelector(`[data-line="${line}"]`)?.scrollIntoView({ block: 'center' });
  };

  return (
    <div className={styles.view}>
      <div className={styles.bar}>
        {children}
        <FindBar
          label={label}
          sought={sought}
          position={active === undefined ? null : (current ?? 0) + 1}
          count={matches.length}
          onSought={(value) => {
            setSought(value);
            setCurrent(null);
          }}
          onStep={go}
        />
      </div>
      <section className={styles.body} ref={body} aria-label={label}>
        <div
          className={numbered ? styles.numbered : styles.plain}
          style={{ '--digits': `${String(lines.length).length}ch` } as CSSProperties}
        >
          {blocks.map((block, index) => (
            <Block
              key={block.firstIndex}
              block={block}
              matches={byBlock.get(index) ?? noMatches}
              active={active !== undefined && byBlock.get(index)?.includes(active) ? active : null}
            />
          ))}
        </div>
      </section>
    </div>
  );
}

function groupMatches(blocks: readonly TextBlock[], matches: readonly Match[]) {
  const size = blocks[0]?.lines.length ?? 1;
  const byBlock = new Map<number, Match[]>();
  for (const match of matches) {
    const index = Math.floor(match.lineIndex / size);
    const group = byBlock.get(index);
    if (group === undefined) byBlock.set(index, [match]);
    else group.push(match);
  }
  return byBlock;
}

const Block = memo(function Block(props: {
  readonly block: TextBlock;
  readonly matches: readonly Match[];
  readonly active: Match | null;
}) {
  const { block, matches, active } = props;
  return (
    <div
      className={styles.block}
      style={{ containIntrinsicBlockSize: `auto ${block.lines.length * 1.45}em` }}
    >
      {block.lines.map((line, offset) => {
        const index = block.firstIndex + offset;
        return (
          <div
            className={styles.line}
            key={index}
            data-line={index}
            data-number={line.number ?? ''}
          >
            {marked(line.text, matches, { index, active })}
          </div>
        );
      })}
    </div>
  );
});

function marked(
  text: string,
  matches: readonly Match[],
  { index, active }: { readonly index: number; readonly active: Match | null },
) {
  const here = matches.filter((match) => match.lineIndex === index);
  // A line without characters still needs its height, and is copied as an empty line.
  if (here.length === 0) return text === '' ? '\n' : text;
  const pieces: ReactNode[] = [];
  let at = 0;
  for (const match of here) {
    pieces.push(
      text.slice(at, match.start),
      <mark key={match.start} className={match === active ? styles.active : undefined}>
        {text.slice(match.start, match.end)}
      </mark>,
    );
    at = match.end;
  }
  return [...pieces, text.slice(at)];
}

interface FindBarProps {
  readonly label: string;
  readonly sought: string;
  /** Of the match last gone to. */
  readonly position: number | null;
  readonly count: number;
  readonly onSought: (value: string) => void;
  readonly onStep: (step: number) => void;
}

function FindBar({ label, sought, position, count, onSought, onStep }: FindBarProps) {
  const id = useId();
  return (
    <search className={styles.find}>
      <output className={styles.count} htmlFor={id}>
        {sought === '' ? '' : found(position, count)}
      </output>
      <label className="visually-hidden" htmlFor={id}>
        Find in {label}
      </label>
      <input
        id={id}
        className={styles.input}
        type="search"
        placeholder="Find"
        value={sought}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onSought(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onStep(event.shiftKey ? -1 : 1);
        }}
      />
      <IconButton
        icon="chevronUp"
        label="Previous match"
        size="sm"
        disabled={count === 0}
        onClick={() => onStep(-1)}
      />
      <IconButton
        icon="chevronDown"
        label="Next match"
        size="sm"
        disabled={count === 0}
        onClick={() => onStep(1)}
      />
    </search>
  );
}

function found(position: number | null, count: number): string {
  if (count === 0) return 'Not found';
  const all = `${formatCount(count)}${count === matchesMax ? '+' : ''}`;
  return position === null ? `${all} found` : `${formatCount(position)} of ${all}`;
}
