/**
 * The command line of sendmail, as PHP, cron, mutt and git write it: flags run together (`-ti`),
 * values follow at once or after a blank (`-fada@example.test`), and most flags mean nothing here.
 */

export interface SendmailArguments {
  readonly recipientsFromHeader: boolean;
  /** `-i`: a line with a single dot does not end the message. */
  readonly dotIsText: boolean;
  readonly reversePath: string | null;
  readonly fullName: string | null;
  /** `-bs`: speak SMTP on standard input and output. */
  readonly speaksSmtp: boolean;
  readonly recipients: readonly string[];
  /** Long flags, which are ours, not sendmail's. */
  readonly ownArguments: readonly string[];
}

export type SendmailReading =
  | { readonly ok: true; readonly value: SendmailArguments }
  | { readonly ok: false; readonly error: string };

/** Take a value and mean nothing here. */
const ignoredWithValue = 'ABCDLNORVXdhop';
/** Mean nothing here. */
const ignored = 'GUmnqvx';

export function readSendmailArguments(argv: readonly string[]): SendmailReading {
  const ownArguments: string[] = [];
  const recipients: string[] = [];
  let recipientsFromHeader = false;
  let dotIsText = false;
  let speaksSmtp = false;
  let reversePath: string | null = null;
  let fullName: string | null = null;
  const refuse = (error: string): SendmailReading => ({ ok: false, error });

  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i] ?? '';
    if (argument === '--') {
      recipients.push(...argv.slice(i + 1));
      break;
    }
    if (argument.startsWith('--')) {
      ownArguments.push(argument);
      const next = argv[i + 1];
      const takesNext = !argument.includes('=') && !/^--(?:no-|help|version)/.test(argument);
      if (takesNext && next !== undefined) ownArguments.push(argv[++i] ?? '');
      continue;
    }
    if (!argument.startsWith('-') || argument === '-') {
      recipients.push(argument);
      continue;
    }
    for (let letters = argument.slice(1); letters !== ''; letters = letters.slice(1)) {
      const letter = letters.charAt(0);
      const rest = letters.slice(1);
      if (letter === 't') recipientsFromHeader = true;
      else if (letter === 'i') dotIsText = true;
      else if (letter === 'f' || letter === 'r' || letter === 'F') {
        const value = rest === '' ? argv[++i] : rest;
        if (value === undefined) return refuse(`-${letter} needs a value after it.`);
        if (letter === 'F') fullName = value;
        else reversePath = value.replace(/^<(.*)>$/s, '$1');
        break;
      } else if (letter === 'b') {
        if (rest === 's') speaksSmtp = true;
        else if (rest !== 'm') return refuse(`-b${rest} is not supported; -bm and -bs are.`);
        break;
      } else if (ignoredWithValue.includes(letter)) {
        if (letter === 'o' && /^i/.test(rest)) dotIsText = true;
        // `-odi`, `-oi`, `-d0`: these two have their value at once or not at all.
        if (rest === '' && !'od'.includes(letter)) i++;
        break;
      } else if (letter === 'q' && rest !== '') break;
      else if (!ignored.includes(letter)) return refuse(`-${letter} is no flag of sendmail.`);
    }
  }
  return {
    ok: true,
    value: {
      recipientsFromHeader,
      dotIsText,
      reversePath,
      fullName,
      speaksSmtp,
      recipients: recipients.flatMap((operand) => operand.split(/[\s,]+/)).filter(Boolean),
      ownArguments,
    },
  };
}
