import type { Mark, MarkKind, Picture, Range, TokenLine } from './picture.ts';

/** Lengths of the drawing, in px. */
const COLUMN = 60;
/** The room for the names of the lanes. */
const EDGE = 56;
const LANES = { browser: 40, thief: 112 } as const;
const HEIGHT = { one: 84, both: 152 } as const;

/** Returns how many columns have room in a width; at least two. */
export const columnsIn = (width: number): number =>
  Math.max(2, Math.floor((width - EDGE - COLUMN / 2) / COLUMN));

interface DrawingProps {
  readonly picture: Picture;
  readonly range: Range;
  readonly width: number;
  readonly label: string;
  /** The word under each mark. */
  readonly wordOf: (kind: MarkKind) => string;
}

/** Draws the columns of a picture that are in the range. */
export function Drawing({ picture, range: { first, last }, width, label, wordOf }: DrawingProps) {
  const { marks, lines, forkAt, end } = picture;
  const hasThief = marks.some(({ lane }) => lane === 'thief');
  const x = (column: number) => EDGE + (column - first) * COLUMN + COLUMN / 2;
  const isDrawn = (column: number) => column >= first && column <= last;
  const shown = lines.filter(({ from, to }) => to > first - 1 && from <= last);
  return (
    <svg
      role="img"
      aria-label={label}
      width={width}
      height={hasThief ? HEIGHT.both : HEIGHT.one}
      className="drawing"
      data-testid="inspector-picture"
    >
      <text className="lane" y={LANES.browser + 4}>
        You
      </text>
      {hasThief && (
        <text className="lane" y={LANES.thief + 4}>
          Thief
        </text>
      )}
      {forkAt !== null && isDrawn(forkAt) && <Fork to={x(forkAt)} />}
      {shown.map((line) => (
        <Line
          key={`${line.lane} ${line.from}`}
          line={line}
          start={line.from < first ? EDGE - 8 : x(line.from)}
          stop={line.to > last ? x(last) + COLUMN / 2 : x(line.to)}
        />
      ))}
      {end && isDrawn(end.at) && (
        <line
          className="end"
          data-caught={end.isCaught || undefined}
          x1={x(end.at)}
          x2={x(end.at)}
          y1={LANES.browser - 22}
          y2={hasThief ? LANES.thief + 10 : LANES.browser + 10}
        />
      )}
      {marks.slice(first - 1, last).map((mark, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a column is its position
        <Column key={first + index} mark={mark} at={x(first + index)} word={wordOf(mark.kind)} />
      ))}
    </svg>
  );
}

/** The line by which the thief's lane leaves the browser's. */
function Fork({ to }: { to: number }) {
  const from = Math.max(EDGE - 8, to - COLUMN);
  const middle = (from + to) / 2;
  return (
    <path
      className="line"
      data-state="copy"
      d={`M${from} ${LANES.browser}C${middle} ${LANES.browser} ${middle} ${LANES.thief} ${to} ${LANES.thief}`}
    />
  );
}

interface LineProps {
  readonly line: TokenLine;
  readonly start: number;
  readonly stop: number;
}

function Line({ line: { lane, generation, state }, start, stop }: LineProps) {
  const y = LANES[lane];
  return (
    <g>
      <line
        className="line"
        data-lane={lane}
        data-state={state}
        x1={start}
        x2={stop}
        y1={y}
        y2={y}
      />
      <text className="token" x={(start + Math.min(stop, start + COLUMN)) / 2} y={y - 8}>
        {generation}
      </text>
    </g>
  );
}

interface ColumnProps {
  readonly mark: Mark;
  readonly at: number;
  readonly word: string;
}

function Column({ mark: { kind, lane, count }, at, word }: ColumnProps) {
  return (
    <g
      className="mark"
      data-kind={kind}
      data-lane={lane}
      transform={`translate(${at} ${LANES[lane]})`}
    >
      <Shape kind={kind} />
      <text y="26">{word}</text>
      {count > 1 && (
        <text className="count" y="-14">
          {count} ×
        </text>
      )}
    </g>
  );
}

/** The shape of each mark: meaning is never in the colour alone. */
export function Shape({ kind }: { kind: MarkKind }) {
  switch (kind) {
    case 'issued':
      return <circle className="fill" r="5" />;
    case 'rotate':
      return <path className="fill good" d="M-6-6 6 0-6 6Z" />;
    case 'reissue':
      return <circle className="open" r="5.5" />;
    case 'converge':
      return <path className="open good" d="M0-7 7 0 0 7-7 0Z" />;
    case 'recover':
      return <rect className="open" x="-5.5" y="-5.5" width="11" height="11" />;
    case 'dropped':
      return <path className="open" d="M-5-5 5 5M5-5-5 5" />;
    case 'copied':
      return <path className="open danger" d="M-6-6H3V3H-6ZM-2-2H7V7H-2Z" />;
    case 'waiting':
      return <path className="open" d="M-5-7H5L-5 7H5Z" />;
    case 'skipped':
      return <path className="fill notable" d="M-7-5 0 0-7 5ZM0-5 7 0 0 5Z" />;
    case 'due':
      return <path className="open notable" d="M0-7 7 6H-7ZM0-2V2M0 3.6V4.2" />;
    case 'caught':
      return (
        <>
          <circle className="fill danger" r="9" />
          <path className="on-danger" d="M-4-4 4 4M4-4-4 4" />
        </>
      );
    case 'refused':
    case 'ended':
      return (
        <path
          className={kind === 'refused' ? 'open danger' : 'open'}
          d="M-7 0A7 7 0 1 0 7 0 7 7 0 1 0-7 0ZM-5-5 5 5"
        />
      );
  }
}
