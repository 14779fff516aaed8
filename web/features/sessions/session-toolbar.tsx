import { useLocation } from 'wouter';
import { IconButton } from '../../components/icon-button.tsx';
import { Menu, MenuItem, MenuSeparator } from '../../components/menu.tsx';
import { useToast } from '../../components/toast.tsx';
import type { SessionDetail } from '../../lib/api.ts';
import { copyText } from '../../lib/copy-text.ts';
import { dialogueText } from '../../lib/dialogue-text.ts';
import { sessionListPath, sessionPath } from '../../lib/links.ts';
import { shortcutKeys } from '../../lib/shortcuts.ts';
import { sessionText } from './session-text.ts';
import styles from './session-view.module.css';
import type { SessionsState } from './use-sessions.ts';

interface SessionToolbarProps {
  /** `null` while it is loading or when it is gone: what needs it is disabled. */
  readonly session: SessionDetail | null;
  readonly sessions: SessionsState;
}

export function SessionToolbar({ session, sessions }: SessionToolbarProps) {
  const { list, activeRow, heldCount } = sessions;
  const last = (list?.sessions.length ?? 0) - heldCount - 1;
  return (
    <div className={styles.toolbar}>
      <IconButton
        className={styles.back}
        icon="arrowLeft"
        label="Back to the list"
        onClick={sessions.close}
      />
      {session && <MoreMenu session={session} />}
      <span className={styles.gap} />
      <IconButton
        disabled={activeRow <= 0}
        icon="chevronUp"
        label="Newer session"
        shortcut={shortcutKeys('list.previous')}
        onClick={() => sessions.moveTo(activeRow - 1)}
      />
      <IconButton
        disabled={activeRow < 0 || activeRow >= last}
        icon="chevronDown"
        label="Older session"
        shortcut={shortcutKeys('list.next')}
        onClick={() => sessions.moveTo(activeRow + 1)}
      />
      <IconButton
        className={styles.close}
        icon="close"
        label="Close"
        shortcut={shortcutKeys('message.close')}
        onClick={sessions.close}
      />
    </div>
  );
}

function MoreMenu({ session }: { readonly session: SessionDetail }) {
  const toast = useToast();
  const [, navigate] = useLocation();
  const { id, peerAddress, authUser, lines } = session;
  const copy = async (what: string, text: string) => {
    const copied = await copyText(text);
    toast.show({ title: copied ? `${what} copied` : 'The browser refused to copy' });
  };
  return (
    <>
      <IconButton
        icon="copy"
        label="Copy all as text"
        onClick={() => void copy('Session', sessionText(session))}
      />
      <Menu align="start" trigger={<IconButton icon="more" label="More" />}>
        <MenuItem icon="terminal" onSelect={() => void copy('Transcript', dialogueText(lines))}>
          Copy the transcript alone
        </MenuItem>
        <MenuItem
          icon="link"
          onSelect={() => void copy('Link', new URL(sessionPath(id), location.href).href)}
        >
          Copy link to this session
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon="server" onSelect={() => navigate(sessionListPath({ peer: peerAddress }))}>
          All sessions of {peerAddress}
        </MenuItem>
        {authUser !== null && (
          <MenuItem icon="key" onSelect={() => navigate(sessionListPath({ user: authUser }))}>
            All sessions of the user {authUser}
          </MenuItem>
        )}
      </Menu>
    </>
  );
}
