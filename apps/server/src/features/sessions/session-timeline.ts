import type { SessionRecord, SessionStore } from '@latchkey/core';
import { z } from 'zod';
import type { UserStore } from '../accounts/user-store.ts';
import type { NamedAuditRecord, SqlAuditSearch } from '../audit/audit-search.ts';
import { auditViewOf } from '../audit/audit-view.ts';
import { ENDERS, type Ender } from '../receipts/receipt.ts';
import type { Receipts } from '../receipts/receipts.ts';
import type { SessionReceipt } from '../receipts/session-receipts.ts';
import { describeUserAgent } from './listed-session.ts';

/** Maximum number of events in a session's timeline; the oldest are kept. */
const MAX_EVENTS = 500;

/** The kinds of events in a session's timeline, in causal order within one instant. */
const KINDS = [
  'started',
  'reauthenticated',
  'rotated',
  'acknowledged',
  'shared',
  'recovered',
  'reuse',
  'ended',
  'refused',
] as const;

const entry = z.object({
  /** When the event happened, in milliseconds since the epoch. */
  at: z.number(),
  /**
   * What happened. `rotated`: the current refresh token was put into a Set-Cookie header, by the
   * rotation itself or once more later. `acknowledged`: the browser proved that it has the token.
   * `shared`: the token was also delivered to another browser or network. `recovered`: the browser
   * was ahead of the store. `refused`: a refresh was refused; each reason is listed once in ten
   * minutes.
   */
  kind: z.enum(KINDS),
  /** The generation in the store at the time of the event, if known. */
  generation: z.number().nullable(),
  /** The generation of the presented refresh token. */
  presentedGeneration: z.number().nullable(),
  /** The decision on the refresh: see `rotation-rule.ts`. */
  decision: z.enum(['rotate', 'recover', 'converge']).nullable(),
  /** Why the session ended, or why a refresh was refused. */
  reason: z.string().nullable(),
  /** Who ended the session. */
  by: z.enum(ENDERS).nullable(),
  actorName: z.string().nullable(),
  /** The reason that an administrator stated; shown to administrators only. */
  statedReason: z.string().nullable(),
  ipAddress: z.string().nullable(),
  browser: z.string().nullable(),
  system: z.string().nullable(),
});
type Entry = z.output<typeof entry>;

/**
 * The schema of a session's timeline. Only the latest rotation is known; the generation counts all
 * of them.
 */
export const sessionTimeline = z.object({
  sessionId: z.string(),
  userId: z.string().nullable(),
  username: z.string().nullable(),
  /** When the session began; null if no record of it is left. */
  startedAt: z.number().nullable(),
  /** Number of rotations; null once the session is purged, a day after it expired. */
  generation: z.number().nullable(),
  endedAt: z.number().nullable(),
  /** When the session expires unless it is used; null once it has ended. */
  expiresAt: z.number().nullable(),
  /** The events of the session, oldest first. */
  entries: z.array(entry),
  /** Whether the session has more events than are listed. */
  more: z.boolean(),
});
export type SessionTimeline = z.output<typeof sessionTimeline>;

export interface TimelineDependencies {
  readonly store: SessionStore;
  readonly auditSearch: SqlAuditSearch;
  readonly receipts: Receipts;
  readonly users: UserStore;
}

/**
 * Builds the timeline of a session from its record, the audit log and its receipt.
 *
 * @param viewerId for a user who views their own session: hides administrators' addresses and
 *   stated reasons
 * @returns `null` for an unknown session, and for one of another user
 * @throws StoreUnavailableError
 */
export async function timelineOf(
  { store, auditSearch, receipts, users }: TimelineDependencies,
  sessionId: string,
  viewerId?: string,
): Promise<SessionTimeline | null> {
  const [session, { records: found }] = await Promise.all([
    store.find(sessionId),
    auditSearch.search({ sessionId, order: 'asc', limit: MAX_EVENTS + 1 }),
  ]);
  const told = await receipts.explain(sessionId);
  /** Ignores a receipt that was found by its reference, which is not a session id. */
  const receipt = told?.sessionId === sessionId ? told : null;
  const userId =
    session?.userId ??
    receipt?.userId ??
    found.find((record) => record.userId !== null)?.userId ??
    null;
  if (
    (!session && !receipt && found.length === 0) ||
    (viewerId !== undefined && userId !== viewerId)
  )
    return null;

  const events = found.slice(0, MAX_EVENTS);
  const entries = [
    ...events.flatMap((record) => entryOf(record, receipt, viewerId) ?? []),
    ...(session ? entriesOf(session, events) : []),
  ];
  if (!entries.some(({ kind }) => kind === 'ended') && receipt)
    entries.push({
      ...EMPTY,
      at: receipt.at,
      kind: 'ended',
      reason: receipt.cause,
      by: enderOf(receipt),
    });
  entries.sort((a, b) => a.at - b.at || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
  const endedAt = entries.find(({ kind }) => kind === 'ended')?.at ?? null;
  return {
    sessionId,
    userId,
    username:
      session?.username ??
      (userId === null ? null : ((await users.findById(userId))?.username ?? null)),
    startedAt: entries.find(({ kind }) => kind === 'started')?.at ?? null,
    generation: session?.generation ?? null,
    endedAt,
    expiresAt:
      session && endedAt === null
        ? Math.min(session.idleExpiresAt, session.absoluteExpiresAt)
        : null,
    entries,
    more: found.length > MAX_EVENTS,
  };
}

const EMPTY = {
  generation: null,
  presentedGeneration: null,
  decision: null,
  reason: null,
  by: null,
  actorName: null,
  statedReason: null,
  ipAddress: null,
  browser: null,
  system: null,
} as const satisfies Partial<Entry>;

/** The timeline event for each kind of audit event. */
const MEANINGS: ReadonlyMap<string, Pick<Entry, 'kind'> & Partial<Entry>> = new Map([
  ['session.issued', { kind: 'started', generation: 0 }],
  ['session.reauthenticated', { kind: 'reauthenticated' }],
  ['session.shared', { kind: 'shared', decision: 'converge' }],
  ['session.recovered', { kind: 'recovered', decision: 'recover' }],
  ['session.reuse', { kind: 'reuse' }],
  ['session.revoked', { kind: 'ended' }],
  ['refresh.refused', { kind: 'refused' }],
]);

function entryOf(
  record: NamedAuditRecord,
  receipt: SessionReceipt | null,
  viewerId: string | undefined,
): Entry | null {
  const meaning = MEANINGS.get(record.kind);
  if (!meaning) return null;
  const { at, reason, details } = auditViewOf(record, viewerId);
  /**
   * Shows the address and browser only if they are the session's own; an administrator's are in the
   * audit log.
   */
  const { ipAddress, browser, system } = auditViewOf(record, record.userId ?? undefined);
  const number = (field: string) => (typeof details[field] === 'number' ? details[field] : null);
  return {
    ...EMPTY,
    at,
    reason,
    generation: number('generation'),
    presentedGeneration: number('presentedGeneration'),
    by: meaning.kind === 'ended' && receipt ? enderOf(receipt) : null,
    actorName: viewerId === undefined || record.actorId === viewerId ? record.actorName : null,
    statedReason: typeof details.statedReason === 'string' ? details.statedReason : null,
    ipAddress,
    browser,
    system,
    ...meaning,
  };
}

/** Returns the events that are known only from the session's record. */
function entriesOf(
  { createdAt, generation, deliveredAt, acknowledgedAt, ipAddress, userAgent }: SessionRecord,
  events: readonly NamedAuditRecord[],
): Entry[] {
  const client = { ipAddress, ...describeUserAgent(userAgent) };
  const isRecovery = events.some(
    ({ kind, at, details }) =>
      kind === 'session.recovered' &&
      at === deliveredAt &&
      Number(details.presentedGeneration) >= generation - 1,
  );
  return [
    ...(events.some(({ kind }) => kind === 'session.issued')
      ? []
      : [{ ...EMPTY, at: createdAt, kind: 'started' as const, generation: 0 }]),
    ...(generation > 0
      ? [
          {
            ...EMPTY,
            ...client,
            at: deliveredAt,
            kind: 'rotated' as const,
            generation,
            decision: isRecovery ? ('recover' as const) : ('rotate' as const),
          },
        ]
      : []),
    ...(acknowledgedAt !== null
      ? [{ ...EMPTY, at: acknowledgedAt, kind: 'acknowledged' as const, generation }]
      : []),
  ];
}

/**
 * Parses who ended the session: the database holds it as plain text that only the server writes.
 */
function enderOf({ by }: SessionReceipt): Ender {
  return by as Ender;
}
