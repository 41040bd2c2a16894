/** Lengths of the small world, in ticks. */
export const GRACE = 2;
export const ACCESS = 6;

/** What the server knows. Ages in ticks, counted no further than matters. */
export interface Server {
  readonly generation: number;
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
  readonly refresh: number;
}

/** What an answer sets; `refresh` is null where that cookie is left alone. */
export interface Cookies {
  readonly access: number;
  readonly accessLeft: number;
  readonly refresh: number | null;
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
  readonly jar: Jar;
  readonly flights: readonly Flight[];
  /** How many requests the browser may still send. */
  readonly sends: number;
  /** Whether it may still sign out. */
  readonly signOuts: number;
  readonly tick: number;
}

/** Two states with the same text have the same future. */
export function textOf({ server, jar, flights, sends, signOuts, tick }: State): string {
  const { generation, acknowledged, handedOut, rotated, revoked } = server;
  return `${generation},${acknowledged ?? '-'},${handedOut},${rotated},${revoked ? 1 : 0}|${jar.access},${jar.accessLeft},${jar.refresh}|${flights.map(flightText).join(';')}|${sends},${signOuts},${tick}`;
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
