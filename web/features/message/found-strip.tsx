import type { MessageDetailShape } from '../../../server/http/shapes.ts';
import { Badge } from '../../components/badge.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Icon } from '../../components/icon.tsx';
import styles from './found-strip.module.css';

/** As the reader of messages has it. */
const confidentFrom = 0.5;
const codesMax = 3;
const linksMax = 4;

/** The code to type and the links to follow, without looking for them in the message. */
export function FoundStrip({ codes, links }: Pick<MessageDetailShape, 'codes' | 'links'>) {
  const safeLinks = links.filter(({ url }) => /^(?:https?|mailto):/i.test(url));
  const likelyCodes = codes
    .filter(({ confidence }) => confidence >= confidentFrom)
    .slice(0, codesMax);
  if (likelyCodes.length === 0 && safeLinks.length === 0) return null;
  return (
    <section className={styles.strip} aria-label="Codes and links found in the message">
      {likelyCodes.map(({ value, written }) => (
        <span className={styles.code} key={value}>
          <code className={styles.digits}>{written}</code>
          <CopyButton text={value} label={`Copy code ${value}`} />
        </span>
      ))}
      {safeLinks.slice(0, linksMax).map(({ url, text }) => (
        <span className={styles.link} key={url}>
          <a
            className={styles.anchor}
            href={url}
            target="_blank"
            rel="noreferrer noopener"
            title={url}
          >
            <Icon name="external" size={14} />
            <span className={styles.label}>{text.trim() || url}</span>
            <span className={styles.host}>{hostOf(url)}</span>
          </a>
          <CopyButton text={url} label={`Copy link ${text.trim() || url}`} />
        </span>
      ))}
      {safeLinks.length > linksMax && (
        <Badge
          title={safeLinks
            .slice(linksMax)
            .map(({ url }) => url)
            .join('\n')}
        >
          {safeLinks.length - linksMax} more links
        </Badge>
      )}
    </section>
  );
}

/** Where a link really leads, whatever its text says. */
function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return '';
  }
}
