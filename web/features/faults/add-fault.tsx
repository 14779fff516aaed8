import { type FormEvent, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { EffectFields } from './effect-fields.tsx';
import {
  effectsAt,
  effectWords,
  emptyForm,
  type FaultForm,
  type FormEffect,
  type FormPoint,
  pointWords,
  sentenceOf,
  specOf,
  withPoint,
} from './fault-form.ts';
import styles from './faults.module.css';
import { NumberField, SelectField, TextField } from './fields.tsx';
import { useAddFault } from './requests.ts';

const points = Object.keys(pointWords) as readonly FormPoint[];

/** Asks only for what can be said at the point, and reads the rule back before it is armed. */
export function AddFault() {
  const [form, setForm] = useState(emptyForm);
  const add = useAddFault();
  const change = (part: Partial<FaultForm>) => {
    add.reset();
    setForm((before) => ({ ...before, ...part }));
  };
  const { knows } = pointWords[form.at];

  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(specOf(form));
  };

  return (
    <form className={styles.form} onSubmit={submit}>
      <div className={styles.fields}>
        <SelectField
          label="Where"
          value={form.at}
          options={points.map((point) => [point, pointWords[point].label])}
          onChange={(at) => {
            add.reset();
            setForm((before) => withPoint(before, at as FormPoint));
          }}
        />
        <SelectField
          label="What happens"
          value={form.effect}
          options={effectsAt(form.at).map((effect) => [effect, effectWords[effect]])}
          onChange={(effect) => change({ effect: effect as FormEffect })}
        />
        <EffectFields form={form} onChange={change} />
        {knows === 'recipient' && (
          <TextField
            label="Only to"
            value={form.recipient}
            placeholder="anybody, or *@full.test"
            onChange={(recipient) => change({ recipient })}
          />
        )}
        {knows !== 'nothing' && (
          <TextField
            label="Only from"
            value={form.sender}
            placeholder="anybody"
            onChange={(sender) => change({ sender })}
          />
        )}
        <SelectField
          label="How often"
          value={form.often}
          options={[
            ['always', 'Every time'],
            ['times', 'The first times'],
            ['chance', 'By chance'],
          ]}
          onChange={(often) => change({ often: often as FaultForm['often'] })}
        />
        {form.often === 'times' && (
          <NumberField
            label="Times"
            value={form.times}
            min={1}
            onChange={(times) => change({ times })}
          />
        )}
        {form.often === 'chance' && (
          <NumberField
            label="Percent"
            value={form.percent}
            min={0}
            max={100}
            onChange={(percent) => change({ percent })}
          />
        )}
      </div>
      <div className={styles.submit}>
        <p className={styles.sentence} aria-live="polite">
          {sentenceOf(form)}
        </p>
        <Button type="submit" variant="primary" icon="plus" disabled={add.isPending}>
          Add this fault
        </Button>
      </div>
      <div role="status">
        {add.isError && (
          <p className={styles.failure}>
            <Icon name="warning" /> {add.error.message}
          </p>
        )}
      </div>
    </form>
  );
}
