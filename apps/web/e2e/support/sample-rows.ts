import type { ApiOutputs } from '../../src/lib/trpc.ts';

/** The number of rows of each list. It may change between two visits of a page. */
export interface Counts {
  rows: number;
}

/** A username of the maximum length, without a place at which a line can break. */
export const LONG_NAME = 'maximiliane_theodora_von_und_zu_hohenlohe_waldenburg_schillingsf';
export const RTL_NAME = 'عبدالرحمن_القحطاني';

const NAMES = [
  LONG_NAME,
  RTL_NAME,
  'bob',
  'שרה_לוי',
  'admin',
  '王小明',
  'вера-николаевна',
] as const;
const DEVICES = [
  { browser: 'Firefox 128', system: 'Windows 11' },
  { browser: 'Samsung Internet for Android 25', system: 'Android 14' },
  { browser: 'Safari 18', system: 'iOS 18.1' },
  { browser: null, system: null },
  { browser: 'Microsoft Edge 128', system: 'macOS Sequoia' },
] as const;
const ADDRESSES = [
  '127.0.0.1',
  '2001:db8:85a3:8d3:1319:8a2e:370:7348',
  '203.0.113.207',
  null,
] as const;
const REASON = `Asked for by phone, ticket ${'4815162342'.repeat(6)}.`;

const HOUR = 3_600_000;
/** The time on the page, in milliseconds since the epoch. */
export const NOW = Date.UTC(2026, 10, 26, 17, 25);
const SESSION_ID = 'T06sJq1k0X3m9VbQe7LwPA';
const EXPIRES = { expiresAt: NOW + 24 * HOUR };

const at = <T>(values: readonly T[], index: number): T => values[index % values.length] as T;
const make = <T>({ rows }: Counts, row: (index: number) => T): T[] =>
  Array.from({ length: rows }, (_, index) => row(index));
const where = (index: number) => ({ ...at(DEVICES, index), ipAddress: at(ADDRESSES, index) });

const cookie = {
  httpOnly: true,
  secure: true,
  sameSite: 'strict' as const,
  path: '/',
  maxAgeSeconds: 2_592_000,
};

/** Returns the session of the page. Its access token outlives the test. */
export function session({ rows }: Counts): ApiOutputs['auth']['session'] {
  const names = ['X-Access-Token', '__Host-X-Refresh-Token', 'X-Username', 'X-Device'];
  return {
    principal: {
      userId: 'u1',
      username: LONG_NAME,
      role: 'Admin',
      sessionId: SESSION_ID,
      claims: {},
      generation: rows,
    },
    reason: null,
    accessTokenSecondsLeft: 900,
    accessTokenSeconds: 900,
    refreshed: 'rotate',
    cookies: Array.from({ length: rows }, (_, index) => ({
      ...cookie,
      name: at(names, index) + (index < names.length ? '' : `-${index}`),
      secure: index % 3 !== 2,
    })),
  };
}

const listed = (index: number) => ({
  id: index === 0 ? SESSION_ID : `session-${index}`,
  current: index === 0,
  ...where(index),
  createdAt: NOW - index * 7 * HOUR,
  lastSeenAt: NOW - index * 5 * HOUR,
  ...EXPIRES,
});

const EVENTS = [
  { kind: 'session.issued', reason: null, details: {} },
  { kind: 'sign_in.refused', reason: 'wrong_password', details: {} },
  { kind: 'session.revoked', reason: 'role_changed', details: { statedReason: REASON } },
  { kind: 'session.reuse', reason: null, details: { endedSessionIds: ['a', 'b'] } },
  { kind: 'role.changed', reason: null, details: { from: 'User', to: 'Admin' } },
] as const;

const event = (index: number) => ({
  id: 1_000 - index,
  at: NOW - index * HOUR,
  actorId: 'u1',
  userId: 'u1',
  sessionId: index === 0 ? SESSION_ID : `session-${index % 4}`,
  sealed: true,
  ...where(index),
  ...at(EVENTS, index),
});

export const account = {
  sessions: (counts: Counts): ApiOutputs['account']['sessions'] => ({
    sessions: make(counts, listed),
    nextCursor: null,
  }),
  events: (counts: Counts): ApiOutputs['account']['securityEvents'] => ({
    events: make(counts, event),
    next: null,
  }),
};

export const listedUsers = (counts: Counts): ApiOutputs['admin']['users'] => ({
  users: make(counts, (index) => ({
    id: `u${index}`,
    username: at(NAMES, index),
    role: index % 2 ? 'User' : 'Admin',
    disabled: index % 3 === 1,
    createdAt: NOW - index * 30 * HOUR,
  })),
  next: 'next',
  total: { count: 10_000, exact: false },
  partial: true,
  match: 'beginning',
});

export const listedSessions = (counts: Counts): ApiOutputs['admin']['allSessions'] => ({
  sessions: make(counts, (index) => ({
    ...listed(index),
    userId: `u${index}`,
    username: at(NAMES, index),
  })),
  next: 'next',
  partial: true,
  match: 'beginning',
});

export const audit = (counts: Counts): ApiOutputs['admin']['audit'] => ({
  events: make(counts, (index) => ({
    ...event(index),
    actorId: `u${index % 2}`,
    actorName: at(NAMES, index + 1),
    username: at(NAMES, index),
    reference: index % 4 === 2 ? 'K7Q2-M4XD' : null,
  })),
  next: 1,
  partial: true,
  match: 'beginning',
});

const ENTRIES = [
  { kind: 'started', generation: 0 },
  {
    kind: 'ended',
    reason: 'administrator',
    by: 'administrator',
    actorName: LONG_NAME,
    statedReason: REASON,
  },
  { kind: 'reuse', presentedGeneration: 1_204 },
  { kind: 'rotated', generation: 1_205, decision: 'rotate' },
] as const;

const EMPTY_ENTRY = {
  generation: null,
  presentedGeneration: null,
  decision: null,
  reason: null,
  by: null,
  actorName: null,
  statedReason: null,
} as const;

export const timeline = (counts: Counts): ApiOutputs['admin']['sessionTimeline'] => ({
  sessionId: SESSION_ID,
  userId: 'u1',
  username: at(NAMES, counts.rows - 1),
  startedAt: NOW - 40 * HOUR,
  generation: 1_205,
  endedAt: null,
  ...EXPIRES,
  entries: make(counts, (index) => ({
    ...EMPTY_ENTRY,
    at: NOW - (40 - index) * HOUR,
    ...where(index),
    ...at(ENTRIES, index),
  })),
  more: true,
});

const STATUSES = ['current', 'next', 'retired', 'expired', 'revoked'] as const;

export const keys = (counts: Counts): ApiOutputs['admin']['keys'] =>
  (['access-token', 'refresh-token'] as const).flatMap((purpose) =>
    make(counts, (index) => ({
      kid: `${purpose.slice(0, 3)}Kd8-_${String(index).padStart(4, '0')}`,
      purpose,
      algorithm: purpose === 'access-token' ? ('ES256' as const) : ('HS256' as const),
      status: at(STATUSES, index),
      signsFrom: index === 2 ? null : NOW - index * 24 * HOUR,
      retiredAt: null,
      verifiesUntil: index % 2 ? NOW + 24 * HOUR : null,
      revokedAt: at(STATUSES, index) === 'revoked' ? NOW : null,
    })),
  );

export const overview = (): ApiOutputs['admin']['overview'] => ({
  buckets: Array.from({ length: 24 }, (_, hour) => ({
    since: NOW - (24 - hour) * HOUR,
    until: NOW - (23 - hour) * HOUR,
    signIns: hour * 97_531,
    refusedSignIns: hour,
    refusedRefreshes: 0,
    reuses: hour === 7 ? 1 : 0,
    signOuts: hour * 3,
    revocations: 2,
  })),
  totals: { users: 10_001, disabledUsers: 10_000, liveSessions: 10_001 },
});

/** Returns the first message of the inspector's stream. */
export const inspectorHello = ({ rows }: Counts) => ({
  graceSeconds: 15,
  settleSeconds: 60,
  canSkip: true,
  answers: Array.from({ length: rows }, (_, index) => ({
    request: index + 1,
    method: 'POST',
    path: '/trpc/account.changePassword,account.securityEvents',
    status: 200,
    milliseconds: 6,
    setCookies: ['X-Access-Token', '__Host-X-Refresh-Token'].map((name) => ({
      name,
      isCleared: index % 2 === 0,
    })),
  })),
  events: Array.from({ length: rows }, (_, index) => ({
    id: index + 1,
    at: NOW + index,
    request: index + 1,
    ...at(
      [
        { kind: 'issued' },
        {
          kind: 'refreshed',
          by: 'browser',
          decision: 'converge',
          generation: 1_205,
          accessTokenSeconds: 60,
        },
        {
          kind: 'reuse',
          by: 'thief',
          presentedGeneration: 1_204,
          generation: 1_205,
          sessionsEnded: 41,
        },
      ],
      index,
    ),
  })),
});
