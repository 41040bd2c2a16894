import type { InspectorEvent, Party } from '../inspector-event.ts';

/** What a mark on a lane stands for. */
export type MarkKind =
  | 'issued'
  | 'rotate'
  | 'reissue'
  | 'converge'
  | 'recover'
  | 'dropped'
  | 'copied'
  | 'waiting'
  | 'skipped'
  | 'due'
  | 'refused'
  | 'caught'
  | 'ended';

/** A mark in one column of the picture: one event, or several equal ones in a row. */
export interface Mark {
  readonly kind: MarkKind;
  readonly lane: Party;
  readonly count: number;
  /** The generation of the refresh token after it; null if it is unknown. */
  readonly generation: number | null;
}

/** A refresh token as a line: which party holds it from one column to another. */
export interface TokenLine {
  readonly lane: Party;
  readonly generation: number;
  readonly from: number;
  readonly to: number;
  /** `copy`: the thief has not used it yet. `used-up`: presenting it is reuse. */
  readonly state: 'held' | 'copy' | 'used-up';
}

/** What is drawn: columns of marks, and lines between them. Column 0 is the left edge. */
export interface Picture {
  /** The mark of column n is `marks[n - 1]`. */
  readonly marks: readonly Mark[];
  readonly lines: readonly TokenLine[];
  /** The column at which the thief copied the token; null without a theft. */
  readonly forkAt: number | null;
  /** The column at which the session ended, and whether by reuse; null while it is valid. */
  readonly end: { readonly at: number; readonly isCaught: boolean } | null;
}

/**
 * Returns the mark of an event; null if it is not drawn.
 *
 * @param hasThief whether a thief has copied a token of the session
 */
function markOf(event: InspectorEvent, hasThief: boolean): Mark | null {
  const mark = (kind: MarkKind, lane: Party, generation: number | null = null): Mark => ({
    kind,
    lane,
    count: 1,
    generation,
  });
  switch (event.kind) {
    case 'issued':
      return mark('issued', 'browser', 0);
    case 'refreshed':
      return mark(event.decision, event.by, event.generation);
    case 'copied':
      return mark('copied', 'thief', event.generation);
    case 'waiting':
    case 'skipped':
      return mark(event.kind, hasThief ? 'thief' : 'browser');
    case 'due':
      return mark('due', 'thief');
    case 'dropped':
      return mark('dropped', 'browser');
    case 'reuse':
      return mark('caught', event.by, event.presentedGeneration);
    case 'revoked':
      return mark('ended', 'browser');
    case 'refused':
      /** The refusal that follows a detected reuse is part of it. */
      return event.reason === 'refresh_token_reused' ? null : mark('refused', event.by);
    case 'reauthenticated':
    case 'recovered':
    case 'shared':
      return null;
  }
}

const isEqual = (a: Mark, b: Mark) =>
  a.kind === b.kind && a.lane === b.lane && a.generation === b.generation;

/** Returns the generation before the first mark that names one; null if there is none. */
function firstGeneration(marks: readonly Mark[]): number | null {
  const first = marks.find(({ generation }) => generation !== null);
  if (!first || first.generation === null) return null;
  return /^(rotate|converge)$/.test(first.kind) ? first.generation - 1 : first.generation;
}

/** Derives the picture of a session from its events, oldest first. */
export function pictureOf(events: readonly InspectorEvent[]): Picture {
  const marks: Mark[] = [];
  const copiedAt = events.findIndex(({ kind }) => kind === 'copied');
  const drawn = events.flatMap(
    (event, index) => markOf(event, copiedAt >= 0 && index >= copiedAt) ?? [],
  );
  for (const mark of drawn) {
    const last = marks.at(-1);
    /** A waiting time that was skipped is one mark. */
    if (last?.kind === 'waiting' && mark.kind === 'skipped') marks[marks.length - 1] = mark;
    else if (last && isEqual(last, mark))
      marks[marks.length - 1] = { ...last, count: last.count + 1 };
    else marks.push(mark);
  }
  const lines: TokenLine[] = [];
  const open = new Map<Party, Omit<TokenLine, 'to'>>();
  let forkAt: number | null = null;
  let end: Picture['end'] = null;

  function close(lane: Party, to: number): void {
    const line = open.get(lane);
    if (line && to > line.from) lines.push({ ...line, to });
    open.delete(lane);
  }
  function begin(lane: Party, generation: number, from: number, state: TokenLine['state']): void {
    close(lane, from);
    open.set(lane, { lane, generation, from, state });
  }

  const first = firstGeneration(marks);
  if (first !== null && marks[0]?.kind !== 'issued') begin('browser', first, 0, 'held');
  for (const [index, { kind, lane, generation }] of marks.entries()) {
    const at = index + 1;
    if (kind === 'copied' && generation !== null) {
      forkAt = at;
      begin('thief', generation, at, 'copy');
    } else if (kind === 'due') {
      const held = open.get('browser');
      const stolen = open.get('thief');
      if (held && stolen && held.generation < stolen.generation)
        begin('browser', held.generation, at, 'used-up');
    } else if (kind === 'caught' || kind === 'ended') {
      for (const one of open.keys()) close(one, at);
      end ??= { at, isCaught: kind === 'caught' };
    } else if (kind === 'refused') close(lane, at);
    else if (generation !== null && generation !== open.get(lane)?.generation)
      begin(lane, generation, at, 'held');
  }
  for (const lane of open.keys()) close(lane, marks.length + 1);
  return { marks, lines, forkAt, end };
}

/** Which columns of a picture are drawn: `first` to `last`. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/**
 * Returns the columns that are drawn.
 *
 * @param fit how many columns have room
 * @param back how many columns before the newest to end; 0 for the newest
 */
export function rangeOf({ marks }: Picture, fit: number, back: number): Range {
  const last = Math.max(Math.min(marks.length, fit), marks.length - back);
  return { first: Math.max(1, last - fit + 1), last };
}
