/** The data of a chart with horizontal bars, one for each series in each row. */
export interface BarChart {
  readonly title: string;
  /** The unit of the values, shown at the axis. */
  readonly axis: string;
  /** Names of the series, one for each value of a row; a chart of one series has no legend. */
  readonly series: readonly string[];
  readonly rows: readonly BarRow[];
  /** Formats the numbers at the ends of bars and on the axis. */
  readonly format: (value: number) => string;
}

export interface BarRow {
  readonly label: string;
  readonly values: readonly number[];
  /** Whether the bar is Latchkey's, which is drawn in the second colour in charts of one series. */
  readonly isOurs?: boolean;
}

const WIDTH = 760;
const LABELS = 230;
const PLOT = 440;
const BAR = 16;
const GAP = 12;
const LEGEND = 24;
const MAX_TICKS = 6;

/**
 * CSS of the chart. Both colour schemes have their own background, so that the chart is readable on
 * a page whose colours differ from the system's.
 */
const STYLE = `
  svg { font: 13px system-ui, sans-serif; }
  .ground { fill: #ffffff; } .text { fill: #1f2328; } .title { fill: #1f2328; font-size: 15px; font-weight: 600; } .quiet { fill: #59636e; }
  .grid { stroke: #d1d9e0; } .c0 { fill: #8c96a1; } .c1 { fill: #0a7ea4; } .c2 { fill: #c2622d; }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117; } .text { fill: #f0f6fc; } .title { fill: #f0f6fc; } .quiet { fill: #9198a1; }
    .grid { stroke: #30363d; } .c0 { fill: #6e7681; } .c1 { fill: #39b3dd; } .c2 { fill: #e08a56; }
  }`;

/**
 * Draws a bar chart.
 *
 * @returns the text of an SVG file
 */
export function barChart({ title, axis, series, rows, format }: BarChart): string {
  const largest = Math.max(...rows.flatMap(({ values }) => values));
  const ticks = ticksUpTo(largest);
  const scale = PLOT / (ticks.at(-1) ?? 1);
  const isLegendNeeded = series.length > 1;
  const top = isLegendNeeded ? 44 + LEGEND : 44;
  const rowHeight = series.length * BAR + GAP;
  const bottom = top + rows.length * rowHeight;

  const bars = rows.flatMap(({ label, values, isOurs }, row) => {
    const y = top + row * rowHeight + GAP / 2;
    const name = text(LABELS - 10, y + (values.length * BAR) / 2 + 4, label, 'text', 'end');
    return [
      name,
      ...values.flatMap((value, index) =>
        bar(y + index * BAR, value * scale, isOurs ? 1 : index, format(value)),
      ),
    ];
  });
  const grid = ticks.flatMap((tick) => {
    const x = LABELS + tick * scale;
    return [
      `<line class="grid" x1="${x}" x2="${x}" y1="${top}" y2="${bottom}"/>`,
      text(x, bottom + 18, format(tick), 'quiet', 'middle'),
    ];
  });
  const legend = series.flatMap((name, index) => [
    `<rect class="c${index}" x="${LABELS + index * 170}" y="${top - LEGEND - 8}" width="12" height="12" rx="2"/>`,
    text(LABELS + index * 170 + 18, top - LEGEND + 3, name, 'text', 'start'),
  ]);
  const height = bottom + 48;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escapeXml(title)}">`,
    `<style>${STYLE}\n</style>`,
    `<rect class="ground" width="${WIDTH}" height="${height}" rx="6"/>`,
    text(16, 26, title, 'title', 'start'),
    ...(isLegendNeeded ? legend : []),
    ...grid,
    ...bars,
    text(LABELS + PLOT / 2, bottom + 38, axis, 'quiet', 'middle'),
    '</svg>\n',
  ].join('\n');
}

function bar(y: number, width: number, color: number, label: string): string[] {
  return [
    `<rect class="c${color}" x="${LABELS}" y="${y + 1}" width="${width.toFixed(1)}" height="${BAR - 2}" rx="2"/>`,
    text(LABELS + width + 6, y + BAR - 4, label, 'text', 'start'),
  ];
}

/**
 * Returns the ticks of the axis: from 0 in steps of 1, 2 or 5 times a power of ten, at least up to
 * `largest`.
 */
function ticksUpTo(largest: number): number[] {
  const power = 10 ** Math.floor(Math.log10(largest / MAX_TICKS));
  const step = power * ([1, 2, 5].find((factor) => power * factor * MAX_TICKS >= largest) ?? 10);
  const count = Math.ceil(largest / step);
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

const text = (
  x: number,
  y: number,
  content: string,
  style: string,
  anchor: 'start' | 'middle' | 'end',
) =>
  `<text class="${style}" x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${escapeXml(content)}</text>`;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};
const escapeXml = (content: string) =>
  content.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
