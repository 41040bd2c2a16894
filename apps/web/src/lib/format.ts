import * as formats from '#messages/formats.ts';

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/**
 * Formats a duration in the largest exact unit: `600` is "10 minutes", `90` is "90 seconds", `0.5`
 * is "0.5 seconds".
 */
export function formatDuration(seconds: number): string {
  const [unit, size] =
    UNITS.find(([, size]) => seconds >= size && seconds % size === 0) ?? (['second', 1] as const);
  const count = seconds / size;
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

const TIME_OF_DAY = new Intl.DateTimeFormat(formats.locale, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** Formats a time of the page's monotonic clock (`performance.now()`) as time of day. */
export function formatPageTime(pageTime: number): string {
  return TIME_OF_DAY.format(performance.timeOrigin + pageTime);
}

const AGO = new Intl.RelativeTimeFormat(formats.locale);
const DAY = new Intl.DateTimeFormat(formats.locale, { dateStyle: 'medium' });
const MINUTE = new Intl.DateTimeFormat(formats.locale, { dateStyle: 'medium', timeStyle: 'short' });
const EXACT = new Intl.DateTimeFormat(formats.locale, { dateStyle: 'full', timeStyle: 'long' });

/**
 * Formats how long ago a time was, in its largest whole unit; from a week on, its date. A future
 * time, which a slow clock sees, is "just now".
 */
export function formatAgo(at: number, now: number): string {
  const seconds = (now - at) / 1000;
  if (seconds < 60) return formats.justNow;
  if (seconds >= 7 * 86_400) return DAY.format(at);
  const [unit, size] = UNITS.find(([, size]) => seconds >= size) ?? (['second', 1] as const);
  return AGO.format(-Math.floor(seconds / size), unit);
}

/** Formats date and time to the minute, in the user's time zone: `24 Jul 2026, 14:02`. */
export function formatMinute(at: number): string {
  return MINUTE.format(at);
}

/** Formats a time with weekday, date, seconds and time zone. */
export function formatExact(at: number): string {
  return EXACT.format(at);
}
