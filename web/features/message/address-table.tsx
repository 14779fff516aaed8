import { useState } from 'react';
import type { MessageDetailShape } from '../../../server/http/shapes.ts';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { formatCount, formatMailbox } from '../../lib/format.ts';
import styles from './address-table.module.css';
import {
  type AddressComparison,
  compareAddresses,
  type RecipientRow,
  type SenderMark,
} from './compare-addresses.ts';

const rowsMax = 4;

/** Where SMTP took the message from and to, beside what its header says of that. */
export function AddressTable({ message }: { readonly message: MessageDetailShape }) {
  const [showsAll, setShowsAll] = useState(false);
  const comparison = compareAddresses(message);
  const rows = showsAll ? comparison.recipients : firstRows(comparison);
  const hiddenCount = comparison.recipients.length - rows.length;
  const { reversePath } = message.envelope;
  const replyTo = message.replyTo.filter(({ address }) => address !== message.from?.address);

  return (
    <table className={styles.table}>
      <caption className="visually-hidden">Addresses in the envelope and in the header</caption>
      <thead>
        <tr>
          <td />
          <th scope="col">Envelope</th>
          <th scope="col">Header</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">From</th>
          <td>
            <span className={styles.address}>{reversePath === '' ? '<>' : reversePath}</span>{' '}
            <SenderBadge mark={comparison.sender} />
          </td>
          <td>
            {message.from === null ? (
              <span className={styles.nothing}>{notRead(message.state) ?? 'no From field'}</span>
            ) : (
              <Mailbox mailbox={message.from} />
            )}
            {replyTo.length > 0 && (
              <span className={styles.replyTo}>
                Reply-To{' '}
                <Mailbox mailbox={{ name: '', address: replyTo.map(formatMailbox).join(', ') }} />
              </span>
            )}
          </td>
        </tr>
        {rows.map((row, index) => (
          <tr key={`${row.envelope} ${row.header?.address}`}>
            <th scope="row">{index === 0 ? 'To' : <span className="visually-hidden">To</span>}</th>
            <Recipient row={row} absent={notRead(message.state) ?? 'not in To or Cc'} />
          </tr>
        ))}
        {(hiddenCount > 0 || showsAll) && (
          <tr>
            <td />
            <td colSpan={2}>
              <Button
                className={styles.more}
                variant="quiet"
                size="sm"
                onClick={() => setShowsAll(!showsAll)}
              >
                {showsAll ? 'Show fewer' : `Show ${formatCount(hiddenCount)} more recipients`}
              </Button>
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

/** What differs comes first when not all are shown: that is what the table is for. */
function firstRows({ recipients }: AddressComparison): readonly RecipientRow[] {
  if (recipients.length <= rowsMax + 1) return recipients;
  const differs = recipients.filter((row) => row.mark !== 'same' && row.mark !== 'unknown');
  const others = recipients.filter((row) => !differs.includes(row));
  return [...differs, ...others].slice(0, rowsMax);
}

function notRead(state: MessageDetailShape['state']): string | null {
  return { ready: null, pending: 'being read', unreadable: 'could not be read' }[state];
}

function Recipient({ row, absent }: { readonly row: RecipientRow; readonly absent: string }) {
  return (
    <>
      <td>
        {row.envelope === null ? (
          <span className={styles.nothing}>not sent there</span>
        ) : (
          <span className={styles.address}>{row.envelope}</span>
        )}{' '}
        {row.mark === 'bcc' && (
          <Badge
            tone="warning"
            title="In the envelope, but not in To or Cc: the others do not see it."
          >
            Bcc
          </Badge>
        )}
        {row.mark === 'notInEnvelope' && (
          <Badge
            tone="danger"
            title="The header names this address, but SMTP was not asked to deliver to it."
          >
            header only
          </Badge>
        )}
      </td>
      <td>
        {row.header === null ? (
          <span className={styles.nothing}>{absent}</span>
        ) : (
          <span className={styles.field}>
            {row.header.field} <Mailbox mailbox={row.header} />
          </span>
        )}
      </td>
    </>
  );
}

function Mailbox({ mailbox }: { readonly mailbox: { name: string; address: string } }) {
  return (
    <span className={styles.mailbox}>
      {mailbox.name !== '' && <span className={styles.name}>{mailbox.name} </span>}
      <span className={styles.address}>{mailbox.address}</span>
    </span>
  );
}

function SenderBadge({ mark }: { readonly mark: SenderMark }) {
  switch (mark) {
    case 'differs':
      return (
        <Badge
          tone="warning"
          title="Reverse-path and From differ: bounces go to the first, answers to the second."
        >
          differs from From
        </Badge>
      );
    case 'nullReversePath':
      return (
        <Badge title="The null reverse-path of bounces and automatic replies (RFC 5321 §4.5.5).">
          null reverse-path
        </Badge>
      );
    case 'noFrom':
    case 'same':
    case 'unknown':
      return null;
  }
}
