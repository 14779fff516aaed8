/**
 * The message as its reader would see it: a document of its own in an opaque origin, without
 * scripts. The frame cannot be measured from here, so it fills the pane and scrolls in itself.
 */
import { useMemo, useRef, useState } from 'react';
import type { MessageDetailShape } from '../../../server/http/shapes.ts';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { Switch } from '../../components/switch.tsx';
import { htmlUrl } from '../../lib/api.ts';
import { plural } from '../../lib/format.ts';
import styles from './html-panel.module.css';
import { remoteHosts } from './remote-content.ts';

const widths = [
  { value: 'phone', label: 'Phone, 375', icon: 'phone' },
  { value: 'tablet', label: 'Tablet, 768', icon: 'tablet' },
  { value: 'full', label: 'Full width', icon: 'monitor' },
] as const;

type Width = (typeof widths)[number]['value'];

export interface Preview {
  readonly width: Width;
  readonly dark: boolean;
}

interface HtmlPanelProps {
  readonly message: MessageDetailShape;
  readonly preview: Preview;
  readonly onPreviewChange: (preview: Preview) => void;
}

export function HtmlPanel({ message, preview, onPreviewChange }: HtmlPanelProps) {
  const [remoteAllowed, setRemoteAllowed] = useState(false);
  const hosts = useMemo(() => remoteHosts(message.html ?? ''), [message.html]);
  const beforeFrame = useRef<HTMLButtonElement>(null);
  const afterFrame = useRef<HTMLButtonElement>(null);
  const source = htmlUrl(message.id, { remote: remoteAllowed });

  return (
    <div className={styles.panel}>
      <div className={styles.bar}>
        <Segmented
          label="Width of the preview"
          value={preview.width}
          onValueChange={(width) => onPreviewChange({ ...preview, width })}
          items={widths}
        />
        <Switch
          label="Dark, emulated"
          checked={preview.dark}
          onCheckedChange={(dark) => onPreviewChange({ ...preview, dark })}
        />
        {preview.dark && (
          <p className={styles.hint}>
            Colours inverted as some clients do it; pictures invert too. Styles of the message for
            dark screens follow your system instead.
          </p>
        )}
      </div>
      {message.htmlTruncated && (
        <p className={styles.hint} role="status">
          The HTML is too long to show whole: this is its beginning. The rest is in the download.
        </p>
      )}
      {(hosts.length > 0 || message.htmlTruncated) && (
        <RemoteBar hosts={hosts} allowed={remoteAllowed} onAllowed={setRemoteAllowed} />
      )}
      {/* Keys pressed in the frame stay in it: a way past it, and one back out of it. */}
      <button
        ref={beforeFrame}
        type="button"
        className={styles.pass}
        onClick={() => afterFrame.current?.focus()}
      >
        Skip the message
      </button>
      <div className={styles.stage} data-width={preview.width}>
        <iframe
          // A new document per address: history stays that of the page.
          key={source}
          className={styles.frame}
          data-dark={preview.dark || undefined}
          src={source}
          title={`HTML of “${message.subject || 'no subject'}”`}
          sandbox="allow-popups allow-popups-to-escape-sandbox"
          referrerPolicy="no-referrer"
        />
      </div>
      <button
        ref={afterFrame}
        type="button"
        className={styles.pass}
        onClick={() => beforeFrame.current?.focus()}
      >
        End of the message, back to its start
      </button>
    </div>
  );
}

interface RemoteBarProps {
  readonly hosts: readonly string[];
  readonly allowed: boolean;
  readonly onAllowed: (allowed: boolean) => void;
}

function RemoteBar({ hosts, allowed, onAllowed }: RemoteBarProps) {
  const from =
    hosts.length === 0
      ? ''
      : hosts.length <= 2
        ? ` from ${hosts.join(' and ')}`
        : ` from ${hosts[0]} and ${plural(hosts.length - 1, 'other host')}`;
  return (
    <div className={styles.remote} role="status" title={hosts.join('\n')}>
      <Icon name={allowed ? 'image' : 'imageOff'} />
      <p className={styles.remoteText}>
        {allowed
          ? `Remote content${from} is being loaded: the sender can see that you look.`
          : `Remote content${from} is blocked, so that the sender learns nothing.`}
      </p>
      <Button size="sm" onClick={() => onAllowed(!allowed)}>
        {allowed ? 'Block again' : 'Load for this message'}
      </Button>
    </div>
  );
}
