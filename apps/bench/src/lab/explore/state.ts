/** Lengths of the small world, in ticks. */
export const GRACE = 2;
export const ACCESS = 6;

/** A refresh token: its generation, and in the hundreds how often the store had gone back when it was minted. Access tokens are known by generation alone. */
export type Token = number;
const BRANCH = 100;
export const generationOf = (token: Token) => token % BRANCH;
export const mintToken = (generation: number, restores: number): Token => restores * BRANCH + generation;
export const tokenText = (token: Token) => `r${generationOf(token)}${"'".repeat(Math.floor(token / BRANCH))}`;

/** What the server knows. Ages in ticks, counted no further than matters. */
export interface Server {
  readonly current: Token;
  readonly previous: Token | null;
  /** Whether the predecessor can be given the current token. */
  readonly sealed: boolean;
  /** Since the browser proved that it holds this generation; null before. */
  readonly acknowledged: number | null;
  /** Since the current refresh token was last handed out. */
  readonly handedOut: number;
  /** Since the predecessor was replaced: for a rule that counts from there. */
  readonly rotated: number;
  readonly revoked: boolean;
}

/** What the browser holds: the generation of each token, and what the access token has left. */
export interface Jar {
  readonly access: number;
  readonly accessLeft: number;
  readonly refresh: Token;
}

/** What an answer sets; `refresh` is null where that cookie is left alone. */
export interface Cookies {
  readonly access: number;
  readonly accessLeft: number;
  readonly refresh: Token | null;
}

/** Something under way. `left` is how many ticks it may still take. */
export type Flight =
  | { readonly kind: 'request'; readonly jar: Jar; readonly left: number }
  | { readonly kind: 'handler'; readonly cookies: Cookies; readonly age: number; readonly left: number }
  | { readonly kind: 'reply'; readonly cookies: Cookies; readonly left: number }
  | { readonly kind: 'signOut'; readonly left: number }
  /** A proof of receipt on its way to the store. */
  | { readonly kind: 'proof'; readonly generation: number; readonly age: number; readonly left: number };

export interface State {
  readonly server: Server;
  /** What the store may go back to. */
  readonly backup: Server | null;
  /** How often it has. */
  readonly restores: number;
  readonly jar: Jar;
  readonly flights: readonly Flight[];
  /** How many requests the browser may still send. */
  readonly sends: number;
  /** Whether it may still sign out. */
  readonly signOuts: number;
  readonly tick: number;
}

/** Two states with the same text have the same future. */
export function textOf({ server, backup, restores, jar, flights, sends, signOuts, tick }: State): string {
  return `${serverText(server)}|${backup ? serverText(backup) : ''}|${restores}|${jar.access},${jar.accessLeft},${jar.refresh}|${flights.map(flightText).join(';')}|${sends},${signOuts},${tick}`;
}

function serverText({ current, previous, sealed, acknowledged, handedOut, rotated, revoked }: Server): string {
  return `${current},${previous ?? '-'},${sealed ? 1 : 0},${acknowledged ?? '-'},${handedOut},${rotated},${revoked ? 1 : 0}`;
}

/** In one order, for it does not matter which was first. */
export function put(flights: readonly Flight[], ...added: readonly Flight[]): Flight[] {
  return [...flights, ...added].sort((a, b) => (flightText(a) < flightText(b) ? -1 : 1));
}

function flightText(flight: Flight): string {
  switch (flight.kind) {
    case 'request':
      return `q${flight.jar.access},${flight.jar.accessLeft},${flight.jar.refresh},${flight.left}`;
    case 'handler':
      return `h${cookieText(flight.cookies)},${flight.age},${flight.left}`;
    case 'reply':
      return `p${cookieText(flight.cookies)},${flight.left}`;
    case 'proof':
      return `k${flight.generation},${flight.age},${flight.left}`;
    case 'signOut':
      return `s${flight.left}`;
  }
}

const cookieText = ({ access, accessLeft, refresh }: Cookies) => `${access},${accessLeft},${refresh ?? '-'}`;
