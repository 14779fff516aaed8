import type { PartShape } from '../../../server/http/shapes.ts';
import { Icon } from '../../components/icon.tsx';
import { partUrl } from '../../lib/api.ts';
import { formatBytes, plural } from '../../lib/format.ts';
import styles from './attachment-strip.module.css';
import { attachmentsOf, bodyPath, decodedBytes } from './part-tree.ts';

const shownMax = 20;

interface AttachmentStripProps {
  readonly messageId: string;
  readonly root: PartShape;
}

export function AttachmentStrip({ messageId, root }: AttachmentStripProps) {
  const attachments = attachmentsOf(root);
  if (attachments.length === 0) return null;
  return (
    <ul className={styles.strip} aria-label={plural(attachments.length, 'attachment')}>
      {attachments.slice(0, shownMax).map((part) => (
        <li className={styles.item} key={part.path}>
          <a
            className={styles.file}
            href={partUrl(messageId, bodyPath(part), { download: true })}
            download={part.fileName ?? true}
          >
            <Icon name="paperclip" size={14} />
            <span className={styles.name}>{part.fileName ?? 'without a name'}</span>
            <span className={styles.facts}>
              {part.mediaType} · {formatBytes(decodedBytes(part))}
            </span>
          </a>
        </li>
      ))}
      {attachments.length > shownMax && (
        <li className={styles.facts}>{attachments.length - shownMax} more under Parts</li>
      )}
    </ul>
  );
}
