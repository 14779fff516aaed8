import { useQuery } from '@tanstack/react-query';
import { useEffect, useEffectEvent } from 'react';
import { messageQuery } from '../../lib/queries.ts';
import { useMessageActions } from '../../lib/use-message-actions.ts';

/** Long enough that stepping through a list does not read it. */
const shownMs = 300;

/**
 * Marks a message read once it has been shown for a moment; once, so that it can be made unread
 * again while it is open. Mounted anew for each message.
 */
export function MarkReadWhenShown({ messageId }: { readonly messageId: string }) {
  const message = useQuery(messageQuery(messageId)).data;
  const { setRead } = useMessageActions();
  const shown = message !== undefined;

  const mark = useEffectEvent(() => {
    if (message?.isRead === false) setRead({ ids: [messageId] }, true);
  });

  useEffect(() => {
    if (!shown) return;
    const timer = setTimeout(() => mark(), shownMs);
    return () => clearTimeout(timer);
  }, [shown]);

  return null;
}
