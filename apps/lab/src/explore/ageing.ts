import { settleSeconds } from '@latchkey/core';
import { type Cookies, type Flight, GRACE, type Jar, type Server, tokenText } from './state.ts';

/** Older than this makes no difference to any rule. */
const OLDEST = settleSeconds(GRACE) + 1;

/** A tick later. */
export function older(server: Server): Server {
  const { acknowledged, handedOut, rotated } = server;
  const next = (age: number) => Math.min(OLDEST, age + 1);
  return {
    ...server,
    acknowledged: acknowledged === null ? null : next(acknowledged),
    handedOut: next(handedOut),
    rotated: next(rotated),
  };
}

/** A tick later. */
export function olderFlight(flight: Flight): Flight {
  const left = flight.left - 1;
  switch (flight.kind) {
    case 'request':
      return {
        ...flight,
        jar: { ...flight.jar, accessLeft: Math.max(0, flight.jar.accessLeft - 1) },
        left,
      };
    case 'handler':
      return { ...flight, cookies: olderCookies(flight.cookies), age: flight.age + 1, left };
    case 'reply':
      return { ...flight, cookies: olderCookies(flight.cookies), left };
    case 'proof':
      return { ...flight, age: flight.age + 1, left };
    case 'signOut':
      return { ...flight, left };
  }
}

const olderCookies = (cookies: Cookies): Cookies => ({
  ...cookies,
  accessLeft: Math.max(0, cookies.accessLeft - 1),
});
/** What a request carries, in a history. */
export const jarText = ({ access, accessLeft, refresh }: Jar) =>
  accessLeft > 0 ? `a${access} (${accessLeft} left) and ${tokenText(refresh)}` : tokenText(refresh);
/** What an answer sets, in a history. */
export const cookieText = ({ access, refresh }: Cookies) =>
  refresh === null ? `a${access}` : `a${access} and ${tokenText(refresh)}`;
