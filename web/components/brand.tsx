import styles from './brand.module.css';

/** A dish cover that is an envelope: what was sent is served. */
export function BrandMark() {
  return (
    <svg aria-hidden="true" className={styles.mark} viewBox="0 0 24 24">
      <circle cx="12" cy="4.6" r="1.7" />
      <path d="M3.6 16.4a8.4 8.4 0 0 1 16.8 0z" />
      <path className={styles.flap} d="m7.5 11.8 4.5 3 4.5-3" />
      <rect height="2.2" rx="1.1" width="20.4" x="1.8" y="18.2" />
    </svg>
  );
}

/** Drawn, not set in a font, so that it is the same everywhere. */
export function Wordmark() {
  return (
    <svg aria-label="prixfixe" className={styles.wordmark} role="img" viewBox="0 -1 78 22">
      <g fill="none" stroke="currentColor" strokeLinejoin="round" strokeWidth="2.1">
        <path d="M2 4.2V20.5M2 10a5 5 0 1 1 10 0 5 5 0 0 1-10 0" />
        <path d="M16.5 15.5V10a4.6 4.6 0 0 1 4.6-4.8" />
        <path d="M25.5 15.5V4.7M29.7 4.7l8 10.8M37.7 4.7l-8 10.8" />
        <path d="M43.7 15.5V4.2A3.6 3.6 0 0 1 48.4.700M40.6 5.7h7" />
        <path d="M52.2 15.5V4.7M56.4 4.7l8 10.8M64.4 4.7l-8 10.8" />
        <path d="M67 10h9.7a4.9 4.9 0 1 0-1.7 3.9" />
      </g>
      <circle className={styles.dot} cx="25.5" cy="1.3" r="1.45" />
      <circle className={styles.dot} cx="52.2" cy="1.3" r="1.45" />
    </svg>
  );
}
