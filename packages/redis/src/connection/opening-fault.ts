/** The meaning of a server's refusal, and the fix. The first match counts. */
const REFUSALS: readonly (readonly [pattern: RegExp, sentence: string])[] = [
  [
    /WRONGPASS|NOAUTH|invalid password|AUTH <password> called without/,
    'refuses the user name or password: put the right ones, percent-encoded, into REDIS_URL',
  ],
  [
    /NOPERM|user executing the script/,
    'forbids this user to run scripts (EVAL, EVALSHA) or to write keys under latchkey: give them, with ACL SETUSER, +@all ~latchkey:*',
  ],
  [
    /unknown command/i,
    'does not know EVAL: allow Lua scripts (look for rename-command in its configuration) or use a server that has them',
  ],
  [/\bOOM\b/, 'is out of memory: raise its maxmemory, or free some'],
  [
    /\bREADONLY\b/,
    'is a read-only replica: name its master in REDIS_URL, or let Sentinel find it with redis+sentinel://',
  ],
  [/\bMOVED\b/, 'is one node of a cluster: begin REDIS_URL with redis+cluster:// instead'],
  [/cluster support disabled/, 'is not a cluster: begin REDIS_URL with redis:// instead'],
  [
    /\bCLUSTERDOWN\b/,
    'is a cluster with slots that no master serves: bring the missing masters back, or assign their slots',
  ],
  [
    /\bMISCONF\b/,
    'cannot save its data to disk and refuses writes: make room on that disk, or see its log',
  ],
  [
    /certificate/i,
    'shows a certificate of an unknown authority: name the file of its authority in NODE_EXTRA_CA_CERTS',
  ],
  [/DB index/, 'has no database with this number: correct the end of REDIS_URL'],
  [
    /no such master|invalid reply: null/i,
    'has no master with this name: correct the end of REDIS_URL, or tell Sentinel about the master',
  ],
];

/**
 * Returns why a Redis cannot be opened, in one sentence with the fix.
 *
 * @param password removed from the message, even if the server repeats it
 */
export function openingFault(
  description: string,
  error: unknown,
  password: string | undefined,
): string {
  const reason = reasonOf(error);
  const refusal = REFUSALS.find(([pattern]) => pattern.test(reason));
  if (refusal) return `${description} ${refusal[1]}.`;
  const told = password ? reason.replaceAll(password, '…') : reason;
  return `${description} cannot be reached (${told.replace(/\s+/g, ' ').replace(/\.$/, '').slice(0, 200)}): start it, or correct REDIS_URL (rediss in place of redis means TLS).`;
}

/**
 * Returns the server's message. A cluster's error holds that of its last node; refused connections
 * may be one error per address, in an error without a message.
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('lastNodeError' in error && error.lastNodeError) return reasonOf(error.lastNodeError);
  if (error instanceof AggregateError) return reasonOf(error.errors[0]);
  return error.message;
}
