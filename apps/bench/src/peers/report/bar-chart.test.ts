import { expect, it } from 'vitest';
import { type BarChart, barChart } from './bar-chart.ts';

const chart: BarChart = {
  title: 'Speed & <weight>',
  axis: 'things per second',
  series: ['things'],
  rows: [
    { label: 'one', values: [50] },
    { label: 'ours', values: [100], isOurs: true },
  ],
  format: (value) => `${value}/s`,
};

const bars = (svg: string) =>
  [...svg.matchAll(/<rect class="(c\d)" x="\d+" y="[\d.]+" width="([\d.]+)" height="14"/g)].map(
    ([, color, width]) => [color, Number(width)],
  );

it("a bar chart has bars as long as their values, and Latchkey's in another colour", () => {
  const [one, ours] = bars(barChart(chart));
  expect([one?.[0], ours?.[0]]).toEqual(['c0', 'c1']);
  expect(Number(ours?.[1]) / Number(one?.[1])).toBeCloseTo(2);
});

it('a bar chart has an axis from 0 to the largest value, with its unit', () => {
  const svg = barChart({ ...chart, rows: [{ label: 'one', values: [87] }] });
  const ticks = [...svg.matchAll(/class="quiet"[^>]*>([^<]*)</g)].map(([, label]) => label);
  expect(ticks).toEqual(['0/s', '20/s', '40/s', '60/s', '80/s', '100/s', 'things per second']);
});

it('a bar chart draws several series side by side, each in its colour and named in a legend', () => {
  const svg = barChart({
    ...chart,
    series: ['before', 'after'],
    rows: [{ label: 'one', values: [10, 20] }],
  });
  expect(bars(svg).map(([color]) => color)).toEqual(['c0', 'c1']);
  expect(svg).toMatch(/>before<[\s\S]*>after</);
  expect(barChart(chart)).not.toContain('>things<');
});

it('a bar ends at its value on the axis', () => {
  const svg = barChart(chart);
  const lines = [...svg.matchAll(/<line class="grid" x1="([\d.]+)"/g)].map(([, x]) => Number(x));
  expect((lines.at(-1) ?? 0) - (lines[0] ?? 0)).toBeCloseTo(Number(bars(svg)[1]?.[1]));
});

it('a bar chart escapes texts, and supports both colour schemes', () => {
  const svg = barChart(chart);
  expect(svg).toContain('>Speed &amp; &lt;weight&gt;<');
  expect(svg).toContain('@media (prefers-color-scheme: dark)');
});
