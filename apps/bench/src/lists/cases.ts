const DAY_MS = 86_400_000;

/** A list, search or count of the administration, called with several inputs in turn. */
export interface ListCase {
  readonly name: string;
  readonly procedure: 'admin.users' | 'admin.allSessions' | 'admin.audit';
  readonly inputs: readonly Readonly<Record<string, unknown>>[];
}

const SIGN_INS = [
  'session.issued',
  'sign_in.refused',
  'session.reauthenticated',
  'password.refused',
];
const texts = (name: string, all: readonly string[]) => all.map((text) => ({ [name]: text }));

/** Common, rare and missing parts of names; the last of each are in no name. */
const NAMES = {
  common: ['meyer', 'ada', 'erm', 'osa.', 'zwick', 'mann'],
  some: ['meyer12', 'zoe.quist', '9999', 'wick77', 'ova55'],
  rare: ['meyer123456', '123456', 'a.novak77', '777777'],
  none: ['nosuchname', 'zzzzzz', 'annaanna', 'mannmann'],
  short: ['me', 'z', 'zo', 'q'],
};

/** Returns the measured lists, searches and counts. */
export function listCases(now: number): ListCase[] {
  const ago = (days: number) => now - days * DAY_MS;
  const users = (name: string, inputs: ListCase['inputs']): ListCase => ({
    name: `users: ${name}`,
    procedure: 'admin.users',
    inputs: inputs.map((input) => ({ limit: 25, ...input })),
  });
  const sessions = (name: string, inputs: ListCase['inputs']): ListCase => ({
    name: `sessions: ${name}`,
    procedure: 'admin.allSessions',
    inputs: inputs.map((input) => ({ limit: 25, ...input })),
  });
  const audit = (name: string, inputs: ListCase['inputs']): ListCase => ({
    name: `audit: ${name}`,
    procedure: 'admin.audit',
    inputs,
  });
  return [
    users('by name, by age', [{}, { order: 'desc' }, { sort: 'createdAt', order: 'desc' }]),
    users('role or status', [
      { role: 'Admin' },
      { status: 'disabled' },
      { role: 'User', status: 'active', sort: 'createdAt' },
    ]),
    users('a common text', texts('search', NAMES.common)),
    users('a rare text', texts('search', [...NAMES.some, ...NAMES.rare])),
    users('a text in no name', texts('search', NAMES.none)),
    users(
      'a short text',
      texts('search', NAMES.short).flatMap((input) => [input, { ...input, sort: 'createdAt' }]),
    ),
    users(
      'a text, a role and a status',
      [...NAMES.common, ...NAMES.some].flatMap((search) => [
        { search, role: 'Admin' },
        { search, status: 'disabled', sort: 'createdAt' },
        { search, status: 'active', role: 'User', sort: 'createdAt', order: 'desc' },
      ]),
    ),
    sessions('all', [{}]),
    sessions('a common text', texts('search', NAMES.common)),
    sessions('a rare text', texts('search', [...NAMES.some, ...NAMES.rare])),
    sessions('a text in no name', texts('search', NAMES.none)),
    sessions('a short text', texts('search', NAMES.short)),
    audit('all', [{}]),
    audit('one user, actor or session', [
      { userId: 'user-500' },
      { actor: 'user-7' },
      { actor: 'user-71', userId: 'user-71' },
      { sessionId: 'session-99' },
    ]),
    audit('kinds', [
      { kinds: SIGN_INS },
      { kinds: ['session.revoked', 'session.reuse'] },
      { kinds: ['role.changed', 'keys.rotated'] },
      { kind: 'sign_in.refused' },
    ]),
    audit('a span of time', [
      { until: ago(200) },
      { since: ago(100), until: ago(99) },
      { since: ago(3) },
      { since: ago(300), until: ago(299), kinds: ['sign_in.refused'] },
      { since: ago(200), until: ago(190), actor: 'user-7' },
    ]),
    audit('a common name', texts('text', NAMES.common)),
    audit('a rare name', texts('text', [...NAMES.some, ...NAMES.rare])),
    audit('a text in no event', texts('text', NAMES.none)),
    audit('a short text', texts('text', NAMES.short)),
    audit('an address', texts('text', ['10.7.8.9', '10.7.8.', '10.', '10.19.2', '192.0.2.1'])),
    audit('a reference', texts('text', ['K7Q', 'K7QPM', 'k7qpm2xd9h', 'ZZZZ'])),
    audit('a reason', texts('text', ['password_ch', 'unknown', 'administrator', 'signed'])),
    audit('a stated reason', texts('text', ['lost a laptop', 'ticket 4990', 'on the train'])),
    audit('a text and a kind', [
      { text: 'meyer', kinds: ['sign_in.refused'] },
      { text: 'meyer', kinds: ['keys.rotated'] },
      { text: 'zwick777', kinds: SIGN_INS },
    ]),
    audit('a text and an actor', [
      { text: 'meyer12', actor: 'user-7' },
      { text: 'laptop', actor: 'user-7' },
      { text: 'nosuchname', actor: 'user-7' },
    ]),
    audit('a text in a span of time', [
      { text: 'meyer', since: ago(200), until: ago(199) },
      { text: 'zwick77', since: ago(300), until: ago(100) },
      { text: 'laptop', until: ago(200) },
    ]),
    audit('an actor and a kind', [
      { actor: 'user-7', kinds: ['user.created'] },
      { actor: 'user-7', kinds: ['session.revoked'] },
    ]),
  ];
}
