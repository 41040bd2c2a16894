import * as adminOverview from '#messages/admin/overview.ts';
import { formatMinute } from '../../../lib/format.ts';

interface BarChartProps {
  title: string;
  meaning: string;
  look: 'usual' | 'danger';
  /**
   * One entry for each bar; `since` is the start of its interval in milliseconds since the epoch.
   */
  bars: readonly { readonly since: number; readonly count: number }[];
}

const WIDTH = 300;
const HEIGHT = 64;
const FILLS = { usual: 'fill-brass', danger: 'fill-danger' };

/** Shows counts over time, as a bar chart and as a table. */
export function BarChart({ title, meaning, look, bars }: BarChartProps) {
  const total = bars.reduce((sum, { count }) => sum + count, 0);
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const step = WIDTH / Math.max(1, bars.length);
  return (
    <section
      aria-label={title}
      className="rounded-card border border-line bg-surface p-5 shadow-card"
    >
      <h2 className="flex items-baseline justify-between gap-4 text-sm font-medium">
        {title}
        <span className="text-xl font-semibold tracking-tight tabular-nums">{total}</span>
      </h2>
      <p className="text-sm text-ink-soft">{meaning}</p>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={adminOverview.chartLabel(title, total, most)}
        className="mt-4 h-16 w-full"
      >
        <rect x="0" y={HEIGHT - 1} width={WIDTH} height="1" className="fill-line-strong" />
        {bars.map(({ since, count }, index) => {
          const height = (count / most) * (HEIGHT - 4);
          return count === 0 ? null : (
            <rect
              key={since}
              x={index * step + step * 0.1}
              y={HEIGHT - height}
              width={step * 0.8}
              height={height}
              className={FILLS[look]}
            />
          );
        })}
      </svg>
      <details className="mt-3 text-sm">
        <summary className="cursor-pointer text-ink-soft hover:text-ink">
          {adminOverview.asTable}
        </summary>
        <table className="mt-2 w-full tabular-nums">
          <thead>
            <tr>
              <th scope="col" className="text-left font-medium">
                {adminOverview.from}
              </th>
              <th scope="col" className="text-right font-medium">
                {adminOverview.count}
              </th>
            </tr>
          </thead>
          <tbody>
            {bars.map(({ since, count }) => (
              <tr key={since} className="border-t border-line">
                <td>{formatMinute(since)}</td>
                <td className="text-right">{count}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}
