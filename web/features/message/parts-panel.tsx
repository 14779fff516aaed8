import { useState } from 'react';
import type { PartShape } from '../../../server/http/shapes.ts';
import { Icon, type IconName } from '../../components/icon.tsx';
import { partUrl } from '../../lib/api.ts';
import { formatBytes, formatCount } from '../../lib/format.ts';
import panels from './panels.module.css';
import { bodyPath, flattenParts, isInertImage, type PartRow } from './part-tree.ts';
import styles from './parts-panel.module.css';

/** More parts than a person looks through; a hostile message may have thousands. */
const rowsMax = 300;
const depthMax = 12;

interface PartsPanelProps {
  readonly messageId: string;
  readonly root: PartShape;
}

export function PartsPanel({ messageId, root }: PartsPanelProps) {
  const rows = flattenParts(root);
  return (
    <div className={panels.panel}>
      <ul className={styles.parts} aria-label="Parts of the message">
        {rows.slice(0, rowsMax).map((row) => (
          <PartItem key={row.part.path} messageId={messageId} row={row} />
        ))}
      </ul>
      {rows.length > rowsMax && (
        <p className={panels.hint}>
          The first {formatCount(rowsMax)} of {formatCount(rows.length)} parts.
        </p>
      )}
    </div>
  );
}

const icons: Readonly<Record<PartShape['role'], IconName>> = {
  container: 'tree',
  text: 'file',
  html: 'code',
  inline: 'image',
  attachment: 'paperclip',
};

function PartItem({ messageId, row }: { readonly messageId: string; readonly row: PartRow }) {
  const { part, depth } = row;
  const facts = [
    part.charset !== null && `charset ${part.charset}`,
    part.role !== 'container' && part.transferEncoding,
    part.disposition,
    part.contentId !== null && `Content-ID ${part.contentId}`,
  ].filter((fact) => typeof fact === 'string');
  return (
    <li
      className={styles.part}
      style={{ '--depth': Math.min(depth, depthMax) } as React.CSSProperties}
    >
      <span className={styles.icon}>
        <Icon name={icons[part.role]} />
      </span>
      <div className={styles.main}>
        <p className={styles.type}>
          <span className={styles.path}>{part.path === '' ? 'message' : part.path}</span>{' '}
          <code>{part.mediaType}</code>
          {part.fileName !== null && <span className={styles.fileName}> {part.fileName}</span>}
        </p>
        {facts.length > 0 && <p className={styles.facts}>{facts.join(' · ')}</p>}
        {isInertImage(part) && <ImagePreview messageId={messageId} part={part} />}
      </div>
      <span className={styles.size} title="As transferred, before decoding">
        {formatBytes(part.encodedBytes)}
      </span>
      {part.role === 'container' ? (
        <span />
      ) : (
        <a
          className={styles.download}
          href={partUrl(messageId, bodyPath(part), { download: true })}
          download={part.fileName ?? true}
          aria-label={`Download part ${part.path || 'message'}${part.fileName === null ? '' : `, ${part.fileName}`}`}
          title="Download, decoded"
        >
          <Icon name="download" />
        </a>
      )}
    </li>
  );
}

function ImagePreview({
  messageId,
  part,
}: {
  readonly messageId: string;
  readonly part: PartShape;
}) {
  const [failed, setFailed] = useState(false);
  if (failed)
    return <p className={styles.facts}>The picture is damaged: download it to see why.</p>;
  return (
    <img
      className={styles.preview}
      src={partUrl(messageId, bodyPath(part))}
      alt={part.fileName ?? `Part ${part.path}`}
      loading="lazy"
      decoding="async"
      onError={() => setFailed(true)}
    />
  );
}
