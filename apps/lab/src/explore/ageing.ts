import { settleSeconds } from '@latchkey/core';
import { type Cookies, type Flight, GRACE, type Jar, type Server, tokenText } from './state.ts';

/** No rule distinguishes ages above this. */
const OLDEST = settleSeconds(GRACE) + 1;

/** The server one tick later. */
export function older(server: Server): Server {
  const { acknowledged, delivered, rotated } = server;
  const next = (age: number) => Math.min(OLDEST, age + 1);
  return {
    ...server,
    acknowledged: acknowledged === null ? null : next(acknowledged),
    delivered: next(delivered),
    rotated: next(rotated),
  };
}

/** The message one tick later. */
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
/** The tokens of a request, as a history prints them. */
export const jarText = ({ access, accessLeft, refresh }: Jar) =>
  accessLeft > 0 ? `a${access} (${accessLeft} left) and ${tokenText(refresh)}` : tokenText(refresh);
/** The cookies of a response, as a history prints them. */
export const cookieText = ({ access, refresh }: Cookies) =>
  refresh === null ? `a${access}` : `a${access} and ${tokenText(refresh)}`;
