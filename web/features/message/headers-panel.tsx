import { useState } from 'react';
import type { HeaderFieldShape } from '../../../server/http/shapes.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { formatCount } from '../../lib/format.ts';
import styles from './headers-panel.module.css';
import panels from './panels.module.css';

const forms = [
  { value: 'decoded', label: 'Decoded' },
  { value: 'raw', label: 'Raw' },
] as const;

/** More fields than a person reads; the rest is in Raw. */
const fieldsMax = 500;

export function HeadersPanel({ fields }: { readonly fields: readonly HeaderFieldShape[] }) {
  const [form, setForm] = useState<(typeof forms)[number]['value']>('decoded');
  if (fields.length === 0) {
    return (
      <EmptyState icon="file" title="No header fields">
        The message starts with its body. RFC 5322 §3.6 asks for Date and From at least.
      </EmptyState>
    );
  }
  const shownValue = (field: HeaderFieldShape) => (form === 'raw' ? field.rawValue : field.value);
  const all = fields.map((field) => `${field.name}: ${shownValue(field)}`).join('\r\n');
  return (
    <div className={panels.panel}>
      <div className={panels.bar}>
        <Segmented label="Form of the values" value={form} onValueChange={setForm} items={forms} />
        <CopyButton text={all} label="Copy all header fields" />
        {fields.length > fieldsMax && (
          <p className={panels.hint}>
            The first {formatCount(fieldsMax)} of {formatCount(fields.length)}; all are in Raw.
          </p>
        )}
      </div>
      <dl className={styles.fields} data-form={form}>
        {fields.slice(0, fieldsMax).map((field, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: fields repeat, and never move
          <div className={styles.field} key={index}>
            <dt className={styles.name}>{field.name}</dt>
            <dd className={styles.value}>{shownValue(field)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
