/**
 * Returns the growth of a quantity per hour: the slope of the least-squares line through the
 * points.
 *
 * @param points seconds and values
 */
export function slopePerHour(
  points: readonly (readonly [seconds: number, value: number])[],
): number {
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [time, level] = [
    mean(points.map(([seconds]) => seconds)),
    mean(points.map(([, value]) => value)),
  ];
  const spread = points.reduce((sum, [seconds]) => sum + (seconds - time) ** 2, 0);
  return spread === 0
    ? 0
    : (points.reduce((sum, [seconds, value]) => sum + (seconds - time) * (value - level), 0) /
        spread) *
        3600;
}
