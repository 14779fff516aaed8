import type { XAxis } from './plot.ts';

const locale = 'en-GB';
const seconds = new Intl.DateTimeFormat(locale, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const minutes = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
const days = new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric' });
const exact = new Intl.DateTimeFormat(locale, {
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

const day = 86_400;

export const timeAxis: XAxis = {
  ticks: 'time',
  tick: (x, step) => {
    const date = new Date(x * 1_000);
    if (step < 60) return seconds.format(date);
    return step < day ? minutes.format(date) : days.format(date);
  },
  format: (x) => {
    const date = new Date(x * 1_000);
    return Math.abs(Date.now() / 1_000 - x) < day / 2 ? seconds.format(date) : exact.format(date);
  },
};
