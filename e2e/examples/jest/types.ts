/** What the compiler has to know of the adapter; never run. */
import { expect as itsExpect } from '@jest/globals';
import { type Inbox, type Mail, useMail } from 'prixfixe-dev/jest';
import 'prixfixe-dev/jest/matchers';

const mail = useMail({ tls: 'off' });

export async function typed(): Promise<string> {
  const inbox: Inbox = mail.inbox;
  const message: Mail = await inbox.next({ subject: 'x' });
  itsExpect(message).toHaveAttachment('a.pdf');
  await itsExpect(inbox).toHaveReceived({ from: 'a@example.test' });
  // @ts-expect-error: no such criterion
  await itsExpect(inbox).toHaveReceived({ topic: 'x' });
  // @ts-expect-error: no such option
  useMail({ tlsMode: 'off' });
  return message.code();
}
