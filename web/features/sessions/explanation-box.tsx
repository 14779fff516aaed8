import { Link } from 'wouter';
import { LinkButton } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { caUrl } from '../../lib/api.ts';
import { connectPath, faultsPath } from '../../lib/links.ts';
import type { Explanation } from './explain-session.ts';
import styles from './explanation-box.module.css';

const linkWords: Readonly<Record<NonNullable<Explanation['link']>, string>> = {
  connect: 'Settings on Connect',
  certificate: 'How to trust it, on Connect',
  faults: 'The rules, on Faults',
};

interface ExplanationBoxProps {
  readonly explanation: Explanation;
  /** The server's own words about a failed handshake. */
  readonly reason: string | null;
}

export function ExplanationBox({ explanation, reason }: ExplanationBoxProps) {
  const { title, why, wayOut, link } = explanation;
  return (
    <aside aria-label="What happened" className={styles.box}>
      <Icon className={styles.icon} name="info" size={18} />
      <div className={styles.words}>
        <h3 className={styles.title}>{title}</h3>
        <p>
          <Prose>{why}</Prose>
        </p>
        {wayOut.length > 0 && (
          <ul className={styles.ways}>
            {wayOut.map((way) => (
              <li key={way}>
                <Prose>{way}</Prose>
              </li>
            ))}
          </ul>
        )}
        {reason !== null && (
          <p className={styles.reason}>
            The server’s words: <q>{reason}</q>
          </p>
        )}
        {link !== null && (
          <div className={styles.actions}>
            {link === 'certificate' && (
              <LinkButton download href={caUrl} icon="download" size="sm">
                Download the CA
              </LinkButton>
            )}
            <Link className={styles.link} href={link === 'faults' ? faultsPath : connectPath}>
              {linkWords[link]}
            </Link>
          </div>
        )}
      </div>
    </aside>
  );
}

/** Options are set apart, and never broken at their hyphens. */
function Prose({ children }: { readonly children: string }) {
  return children.split(/(--[a-z-]+)/).map((part) =>
    part.startsWith('--') ? (
      <code key={part} className={styles.option}>
        {part}
      </code>
    ) : (
      part
    ),
  );
}
