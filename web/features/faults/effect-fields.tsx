import { type FaultForm, octetsOf } from './fault-form.ts';
import { NumberField, SelectField, TextField } from './fields.tsx';

interface EffectFieldsProps {
  readonly form: FaultForm;
  readonly onChange: (part: Partial<FaultForm>) => void;
}

const keywords = [
  ...['STARTTLS', 'AUTH', 'PIPELINING', 'SIZE', '8BITMIME', 'SMTPUTF8', 'CHUNKING'],
  ...['BINARYMIME', 'DSN', 'ENHANCEDSTATUSCODES', 'LIMITS', 'HELP'],
];

/** What else has to be known about the effect that was chosen. */
export function EffectFields({ form, onChange }: EffectFieldsProps) {
  switch (form.effect) {
    case 'reply':
      return (
        <>
          <NumberField
            label="Code"
            value={form.code}
            min={400}
            max={599}
            onChange={(code) => onChange({ code })}
          />
          <TextField
            label="Text"
            value={form.text}
            placeholder="the usual one"
            onChange={(text) => onChange({ text })}
          />
        </>
      );
    case 'delay':
      return (
        <NumberField
          label="Milliseconds"
          value={form.delayMs}
          min={0}
          max={600_000}
          onChange={(delayMs) => onChange({ delayMs })}
        />
      );
    case 'throttle':
      return (
        <NumberField
          label="Octets a second"
          value={form.bytesPerSecond}
          min={1}
          onChange={(bytesPerSecond) => onChange({ bytesPerSecond })}
        />
      );
    case 'hide':
      return (
        <SelectField
          label="Extension"
          value={form.keyword}
          options={keywords.map((keyword) => [keyword, keyword])}
          onChange={(keyword) => onChange({ keyword })}
        />
      );
    case 'fake':
      return (
        <TextField
          label="Extension"
          value={form.invented}
          placeholder="XFAKE"
          onChange={(invented) => onChange({ invented })}
        />
      );
    case 'stall':
    case 'reset':
    case 'close': {
      const counted = octetsOf(form.at);
      return counted === null ? null : (
        <NumberField
          label={`After octets of the ${counted}`}
          value={form.afterBytes}
          min={1}
          required={false}
          onChange={(afterBytes) => onChange({ afterBytes })}
        />
      );
    }
    default:
      return null;
  }
}
