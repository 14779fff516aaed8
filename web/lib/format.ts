/** How numbers, times and addresses read on this page. English throughout, as the page is. */
const locale = 'en-GB';

const countFormat = new Intl.NumberFormat('en');
const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
const clockSeconds = new Intl.DateTimeFormat(locale, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const weekday = new Intl.DateTimeFormat(locale, { weekday: 'short' });
const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
const dayYear = new Intl.DateTimeFormat(locale, {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
});
const full = new Intl.DateTimeFormat(locale, {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});

export function formatCount(count: number): string {
  return countFormat.format(count);
}

/** In full up to four digits, `15.3k` beyond: for narrow places that also say it in full. */
export function formatCountShort(count: number): string {
  if (count < 10_000) return formatCount(count);
  return count < 999_950 ? `${shortened(count / 1_000)}k` : `${shortened(count / 1_000_000)}M`;
}

function shortened(value: number): string {
  return value < 99.95 ? value.toFixed(1).replace(/\.0$/, '') : String(Math.round(value));
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** Powers of 1,024 as the server's own options count them: `812 B`, `4.2 kB`, `13 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1_024;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_024;
    unit += 1;
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** For a list: the shortest text that is not ambiguous today. */
export function formatTime(iso: string, now: Date = new Date()): string {
  const time = new Date(iso);
  const days = daysBetween(time, now);
  if (days === 0) return clock.format(time);
  if (days > 0 && days < 6) return `${weekday.format(time)} ${clock.format(time)}`;
  return time.getFullYear() === now.getFullYear() ? day.format(time) : dayYear.format(time);
}

export function formatDateTime(iso: string): string {
  return full.format(new Date(iso));
}

export function formatClock(iso: string): string {
  return clockSeconds.format(new Date(iso));
}

export function formatDuration(ms: number): string {
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  return `${minutes} min ${Math.floor((ms % 60_000) / 1_000)} s`;
}

export function formatMailbox(mailbox: {
  readonly name: string;
  readonly address: string;
}): string {
  return mailbox.name ? `${mailbox.name} <${mailbox.address}>` : mailbox.address;
}

/** Calendar days from `earlier` to `later` in the reader's time zone, whatever daylight saving does. */
function daysBetween(earlier: Date, later: Date): number {
  const start = Date.UTC(earlier.getFullYear(), earlier.getMonth(), earlier.getDate());
  const end = Date.UTC(later.getFullYear(), later.getMonth(), later.getDate());
  return Math.round((end - start) / 86_400_000);
}
