const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** A length of time in the largest unit that keeps it exact: `600` is "10 minutes", `90` is "90 seconds", `0.5` is "0.5 seconds". */
export function formatDuration(seconds: number): string {
  const [unit, size] = UNITS.find(([, size]) => seconds >= size && seconds % size === 0) ?? (['second', 1] as const);
  const count = seconds / size;
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

const TIME_OF_DAY = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** The time of day, to the second, of a moment on the page's own monotonic clock (`performance.now()`). */
export function formatPageTime(pageTime: number): string {
  return TIME_OF_DAY.format(performance.timeOrigin + pageTime);
}
