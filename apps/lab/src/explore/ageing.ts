import { settleSeconds } from '@latchkey/core';
import { type Cookies, type Flight, GRACE, type Jar, type Server, tokenText } from './state.ts';

/** The largest age that is distinguished, in ticks: all rules treat higher ages alike. */
const OLDEST = settleSeconds(GRACE) + 1;

/** Returns the server's state one tick later. */
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

/** Returns a message in flight one tick later. */
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
/** Formats the tokens of a request, as a history prints them. */
export const jarText = ({ access, accessLeft, refresh }: Jar) =>
  accessLeft > 0 ? `a${access} (${accessLeft} left) and ${tokenText(refresh)}` : tokenText(refresh);
/** Formats the cookies of a response, as a history prints them. */
export const cookieText = ({ access, refresh }: Cookies) =>
  refresh === null ? `a${access}` : `a${access} and ${tokenText(refresh)}`;
