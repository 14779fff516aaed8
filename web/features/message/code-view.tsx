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
import styles from './code-view.module.css';
import { findMatches, groupLines, type Match, splitLines, type TextBlock } from './text-lines.ts';

interface CodeViewProps {
  readonly text: string;
  /** What the text is, for assistive technology: “HTML source”. */
  readonly label: string;
  readonly numbered?: boolean;
  /** Stands beside the search: how much is shown, what else can be had. */
  readonly children?: ReactNode;
}

const noMatches: readonly Match[] = [];

export function CodeView({ text, label, numbered = true, children }: CodeViewProps) {
  const [sought, setSought] = useState('');
  const [current, setCurrent] = useState(0);
  const deferred = useDeferredValue(sought);
  const body = useRef<HTMLDivElement>(null);

  const lines = useMemo(() => splitLines(text), [text]);
  const blocks = useMemo(() => groupLines(lines), [lines]);
  const matches = useMemo(() => findMatches(lines, deferred), [lines, deferred]);
  const byBlock = useMemo(() => groupMatches(blocks, matches), [blocks, matches]);
  const active = matches[current % Math.max(1, matches.length)];

  const go = (step: number) => {
    if (matches.length === 0) return;
    const next = (current + step + matches.length) % matches.length;
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
          position={matches.length === 0 ? 0 : (current % matches.length) + 1}
          count={matches.length}
          onSought={(value) => {
            setSought(value);
            setCurrent(0);
          }}
          onStep={go}
        />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={styles.body} ref={body} aria-label={label} tabIndex={0}>
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
          <div className={styles.line} key={index} data-line={index}>
            <span className={styles.number} aria-hidden="true">
              {line.number}
            </span>
            <span className={styles.text}>{marked(line.text, matches, { index, active })}</span>
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
  readonly position: number;
  readonly count: number;
  readonly onSought: (value: string) => void;
  readonly onStep: (step: number) => void;
}

function FindBar({ label, sought, position, count, onSought, onStep }: FindBarProps) {
  const id = useId();
  return (
    <search className={styles.find}>
      <output className={styles.count} htmlFor={id}>
        {sought === '' ? '' : count === 0 ? 'Not found' : `${position} of ${count}`}
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
