/** The protocol's times in the exploration, in ticks. */
export const GRACE = 2;
export const ACCESS = 6;

/**
 * A refresh token as a number: its generation, and in the hundreds how many times the store had
 * been restored when it was issued. Access tokens are known by generation alone.
 */
export type Token = number;
const BRANCH = 100;
export const generationOf = (token: Token) => token % BRANCH;
export const mintToken = (generation: number, restores: number): Token =>
  restores * BRANCH + generation;
export const tokenText = (token: Token) =>
  `r${generationOf(token)}${"'".repeat(Math.floor(token / BRANCH))}`;

/**
 * The server's record of the session. Ages are in ticks, up to the last that a rule distinguishes.
 */
export interface Server {
  readonly current: Token;
  readonly previous: Token | null;
  /** Whether the predecessor can be exchanged for the current token. */
  readonly sealed: boolean;
  /** Age of the acknowledgement of this generation; null before it. */
  readonly acknowledged: number | null;
  /** Age of the last delivery of the current refresh token. */
  readonly delivered: number;
  /** Age of the rotation, for a weakened rule that counts from it. */
  readonly rotated: number;
  readonly revoked: boolean;
}

/** The browser's tokens, by generation, and the ticks until the access token expires. */
export interface Jar {
  readonly access: number;
  readonly accessLeft: number;
  readonly refresh: Token;
  /** The username that the refresh token's MAC covers. */
  readonly boundTo: Username;
  /** The value of the username cookie. */
  readonly username: Username;
}

/** A name of the user, as its index in the order of renaming. */
export type Username = number;

/** The cookies of a response; `refresh` is null if that cookie is not set. */
export interface Cookies {
  readonly access: number;
  readonly accessLeft: number;
  readonly refresh: Token | null;
  /** The user's name at the time of the decision; set together with the refresh token. */
  readonly username: Username;
}

/** A message in flight. `left` is the number of ticks that it may still take. */
export type Flight =
  | { readonly kind: 'request'; readonly jar: Jar; readonly left: number }
  | {
      readonly kind: 'handler';
      readonly cookies: Cookies;
      readonly age: number;
      readonly left: number;
    }
  | { readonly kind: 'reply'; readonly cookies: Cookies; readonly left: number }
  | { readonly kind: 'signOut'; readonly left: number }
  /** An acknowledgement on its way to the store. */
  | {
      readonly kind: 'proof';
      readonly generation: number;
      readonly age: number;
      readonly left: number;
    };

/** The kinds of messages, in the order in which they are sorted and tried. */
const KINDS: readonly Flight['kind'][] = ['handler', 'proof', 'reply', 'request', 'signOut'];

export interface State {
  readonly server: Server;
  /** The earlier state to which the store may be restored. */
  readonly backup: Server | null;
  /** Number of times that the store was restored. */
  readonly restores: number;
  readonly jar: Jar;
  readonly flights: readonly Flight[];
  /** Number of requests that the browser may still send. */
  readonly sends: number;
  /** Number of times that the browser may still sign out. */
  readonly signOuts: number;
  /** The user's current name. */
  readonly username: Username;
  readonly tick: number;
}

/**
 * Buffer for the key that is being written, one byte for each number: no token, age or count
 * reaches 255.
 */
const bytes = Buffer.alloc(256);
let length = 0;

/**
 * Returns a key that is equal for two states with the same future. It is short, because it is kept
 * for each of some million states.
 */
export function keyOf({
  server,
  backup,
  restores,
  jar,
  flights,
  sends,
  signOuts,
  username,
  tick,
}: State): string {
  length = 0;
  writeServer(server);
  if (backup) writeServer(backup);
  else write(null);
  write(restores);
  writeTokens(jar);
  write(jar.boundTo);
  write(sends);
  write(signOuts);
  write(username);
  write(tick);
  for (const flight of flights) writeFlight(flight);
  return bytes.toString('latin1', 0, length);
}

/** Adds messages in a canonical order, because their order of arrival does not matter. */
export function put(flights: readonly Flight[], ...added: readonly Flight[]): Flight[] {
  const all = [...flights, ...added];
  if (all.length < 2) return all;
  const keyed = all.map((flight) => ({ flight, key: keyOfFlight(flight) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ flight }) => flight);
}

function keyOfFlight(flight: Flight): string {
  length = 0;
  writeFlight(flight);
  return bytes.toString('latin1', 0, length);
}

function writeServer({
  current,
  previous,
  sealed,
  acknowledged,
  delivered,
  rotated,
  revoked,
}: Server): void {
  write(current);
  write(previous);
  write(sealed ? 1 : 0);
  write(acknowledged);
  write(delivered);
  write(rotated);
  write(revoked ? 1 : 0);
}

function writeFlight(flight: Flight): void {
  write(KINDS.indexOf(flight.kind));
  write(flight.left);
  switch (flight.kind) {
    case 'request':
      writeTokens(flight.jar);
      write(flight.jar.boundTo);
      break;
    case 'handler':
      writeTokens(flight.cookies);
      write(flight.age);
      break;
    case 'reply':
      writeTokens(flight.cookies);
      break;
    case 'proof':
      write(flight.generation);
      write(flight.age);
      break;
    case 'signOut':
  }
}

function writeTokens({ access, accessLeft, refresh, username }: Jar | Cookies): void {
  write(access);
  write(accessLeft);
  write(refresh);
  write(username);
}

function write(value: number | null): void {
  bytes[length++] = value === null ? 0 : value + 1;
}
