import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { MessageDetailShape } from '../../../server/http/shapes.ts';
import { Icon } from '../../components/icon.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { Menu, MenuItem, MenuLinkItem, MenuSeparator } from '../../components/menu.tsx';
import { useToast } from '../../components/toast.tsx';
import { htmlUrl, rawUrl, textUrl } from '../../lib/api.ts';
import { copyText } from '../../lib/copy-text.ts';
import { messagePath } from '../../lib/links.ts';
import { serverQuery } from '../../lib/queries.ts';
import { shortcutKeys } from '../../lib/shortcuts.ts';
import styles from './message-toolbar.module.css';
import { ReleaseDialog } from './release-dialog.tsx';

export interface MessageToolbarProps {
  /** `null` while it is loading or when it is gone: what needs it is disabled. */
  readonly message: MessageDetailShape | null;
  readonly onClose: () => void;
  readonly onNewer: (() => void) | null;
  readonly onOlder: (() => void) | null;
  readonly onDelete: () => void;
  readonly onSetRead: (isRead: boolean) => void;
}

export function MessageToolbar(props: MessageToolbarProps) {
  const { message, onClose, onNewer, onOlder, onDelete, onSetRead } = props;
  return (
    <div className={styles.toolbar}>
      <IconButton
        className={styles.back}
        icon="arrowLeft"
        label="Back to the list"
        onClick={onClose}
      />
      <IconButton
        icon="trash"
        label="Delete"
        shortcut={shortcutKeys('message.delete')}
        disabled={message === null}
        onClick={onDelete}
      />
      <IconButton
        icon={message?.isRead === false ? 'mailRead' : 'mailUnread'}
        label={message?.isRead === false ? 'Mark read' : 'Mark unread'}
        shortcut={shortcutKeys('message.toggleRead')}
        disabled={message === null}
        onClick={() => onSetRead(message?.isRead === false)}
      />
      <ReleaseButton message={message} />
      <MoreMenu message={message} />
      <span className={styles.gap} />
      <IconButton
        icon="chevronUp"
        label="Newer message"
        shortcut={shortcutKeys('list.previous')}
        disabled={onNewer === null}
        onClick={() => onNewer?.()}
      />
      <IconButton
        icon="chevronDown"
        label="Older message"
        shortcut={shortcutKeys('list.next')}
        disabled={onOlder === null}
        onClick={() => onOlder?.()}
      />
      <IconButton
        className={styles.close}
        icon="close"
        label="Close"
        shortcut={shortcutKeys('message.close')}
        onClick={onClose}
      />
    </div>
  );
}

/** Only where there is a relay; most people have none and need not see it. */
function ReleaseButton({ message }: Pick<MessageToolbarProps, 'message'>) {
  const [isOpen, setOpen] = useState(false);
  const relay = useQuery(serverQuery()).data?.relay ?? null;
  if (relay === null) return null;
  return (
    <>
      <IconButton
        icon="send"
        label="Release…"
        aria-haspopup="dialog"
        disabled={message === null}
        onClick={() => setOpen(true)}
      />
      {message !== null && (
        <ReleaseDialog
          key={message.id}
          message={message}
          relay={relay}
          open={isOpen}
          onOpenChange={setOpen}
        />
      )}
    </>
  );
}

function MoreMenu({ message }: { readonly message: MessageDetailShape | null }) {
  const toast = useToast();
  const copy = async (what: string, text: string) => {
    const copied = await copyText(text);
    toast.show({ title: copied ? `${what} copied` : 'The browser refused to copy' });
  };
  if (message === null) {
    return (
      <>
        <IconButton icon="download" label="Download .eml" disabled />
        <IconButton icon="more" label="More" disabled />
      </>
    );
  }
  const { id, messageId } = message;
  return (
    <>
      <a
        className={styles.link}
        href={rawUrl(id, { download: true })}
        download
        aria-label="Download .eml"
        title="Download .eml"
      >
        <Icon name="download" size={17} />
      </a>
      <Menu align="start" trigger={<IconButton icon="more" label="More" />}>
        <MenuLinkItem icon="external" href={messagePath(id)} target="_blank">
          Open in a window of its own
        </MenuLinkItem>
        {message.html !== null && (
          <MenuLinkItem icon="code" href={htmlUrl(id)} target="_blank">
            Open the HTML alone
          </MenuLinkItem>
        )}
        {message.text !== null && (
          <MenuLinkItem icon="file" href={textUrl(id)} target="_blank">
            Open the text alone
          </MenuLinkItem>
        )}
        <MenuLinkItem icon="list" href={rawUrl(id)} target="_blank">
          Open the raw message
        </MenuLinkItem>
        <MenuSeparator />
        <MenuItem
          icon="link"
          onSelect={() => void copy('Link', new URL(messagePath(id), location.href).href)}
        >
          Copy link to this message
        </MenuItem>
        {messageId !== '' && (
          <MenuItem icon="copy" onSelect={() => void copy('Message-ID', messageId)}>
            Copy Message-ID
          </MenuItem>
        )}
      </Menu>
    </>
  );
}
