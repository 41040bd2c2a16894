import { settleSeconds } from '@latchkey/core';
import type { Bounds } from './bounds.ts';
import { decide } from './decide.ts';
import { ACCESS, type Cookies, type Flight, GRACE, type Jar, put, type Server, type State } from './state.ts';
import type { Rules } from './weakenings.ts';

/** What may happen next, and whether a promise is broken by it. */
export interface Step {
  readonly text: string;
  readonly next: State;
  readonly broken: string | null;
}

/** Older than this makes no difference to any rule. */
const OLDEST = settleSeconds(GRACE) + 1;

/** Everything that can happen in a state: each message sent, delivered or lost, at each moment; or time passes. */
export function* stepsFrom(state: State, bounds: Bounds, rules: Rules): Generator<Step> {
  const { server, jar, flights, sends, signOuts, tick } = state;
  const go = (text: string, changes: Partial<State>, broken: string | null = null): Step => ({ text, next: { ...state, ...changes }, broken });

  if (sends > 0 && flights.length < bounds.inFlight) {
    const send = (sent: Jar): Partial<State> => ({ flights: put(flights, { kind: 'request', jar: sent, left: GRACE - 1 }), sends: sends - 1 });
    yield go(`the browser sends ${jarText(jar)}`, send(jar));
    if (jar.accessLeft > 0 && bounds.explicitRefreshes) yield go(`the browser refreshes explicitly with r${jar.refresh}`, send({ ...jar, accessLeft: 0 }));
    if (signOuts > 0)
      yield go('the browser signs out', { flights: put(flights, { kind: 'signOut', left: GRACE - 1 }), sends: sends - 1, signOuts: signOuts - 1 });
  }
  for (const [index, flight] of flights.entries()) {
    const rest = flights.filter((_, other) => other !== index);
    switch (flight.kind) {
      case 'request':
        yield arrival(flight.jar, rest);
        break;
      case 'handler':
        if (flight.age >= GRACE && !rules.lateCookiesWritten) yield go('cookies are too late, and not written', { flights: rest });
        else yield go('headers are written', { flights: put(rest, { kind: 'reply', cookies: flight.cookies, left: GRACE - 1 }) });
        break;
      case 'reply': {
        const { cookies } = flight;
        yield go(`the browser takes ${cookieText(cookies)}`, { jar: { ...cookies, refresh: cookies.refresh ?? jar.refresh }, flights: rest });
        if (bounds.losses) yield go(`${cookieText(cookies)} is lost`, { flights: rest });
        break;
      }
      case 'proof': {
        const counts = flight.generation === server.generation && server.acknowledged === null;
        yield go(`the proof of generation ${flight.generation} is written`, {
          server: counts ? { ...server, acknowledged: flight.age } : server,
          flights: rest,
        });
        if (bounds.losses) yield go(`the proof of generation ${flight.generation} is lost`, { flights: rest });
        break;
      }
      case 'signOut':
        yield go('the session is revoked', { server: { ...server, revoked: true }, flights: rest });
        if (bounds.losses) yield go('the sign-out is lost', { flights: rest });
    }
  }
  if (tick < bounds.ticks && flights.every(({ left }) => left > 0))
    yield go('a tick passes', {
      server: older(server),
      jar: { ...jar, accessLeft: Math.max(0, jar.accessLeft - 1) },
      flights: put(flights.map(olderFlight)),
      tick: tick + 1,
    });

  function arrival(sent: Jar, rest: readonly Flight[]): Step {
    if (sent.accessLeft > 0) return go(`${jarText(sent)} arrives: the access token is good`, { flights: withProof(rest, sent.access) });
    const decision = decide(server, sent.refresh, rules);
    const told = `r${sent.refresh} arrives: ${decision.kind}`;
    switch (decision.kind) {
      case 'reissue':
        return go(
          told,
          { flights: put(withProof(rest, sent.refresh), handling(server.generation, rules.reissueSetsRefresh ? server.generation : null)) },
          alive(),
        );
      case 'rotate': {
        const generation = server.generation + 1;
        const broken = sent.refresh === server.generation ? alive() : 'a token that is not current was rotated';
        return go(
          told,
          { server: { ...server, generation, acknowledged: null, handedOut: 0, rotated: 0 }, flights: put(rest, handling(generation, generation)) },
          broken,
        );
      }
      case 'converge': {
        const handedOut = decision.recordHandOut ? 0 : server.handedOut;
        return go(told, { server: { ...server, handedOut }, flights: put(rest, handling(server.generation, server.generation)) }, alive());
      }
      case 'recover':
        return go(told, { flights: [...rest] }, 'nothing was lost, and yet the store is taken to be behind');
      case 'reuse':
        return go(told, { flights: [...rest] }, 'an honest browser is taken for a thief');
      case 'refuse':
        return go(`${told} (${decision.reason})`, { flights: [...rest] }, server.revoked ? null : 'an honest browser is refused');
    }
  }

  function handling(access: number, refresh: number | null): Flight {
    return { kind: 'handler', cookies: { access, accessLeft: ACCESS, refresh }, age: 0, left: bounds.handler };
  }

  function alive(): string | null {
    return server.revoked ? 'a revoked session is served' : null;
  }

  function withProof(rest: readonly Flight[], generation: number): Flight[] {
    const isNews =
      generation === server.generation && server.acknowledged === null && !rest.some((one) => one.kind === 'proof' && one.generation === generation);
    return isNews ? put(rest, { kind: 'proof', generation, age: 0, left: 1 }) : [...rest];
  }
}

function older({ generation, acknowledged, handedOut, rotated, revoked }: Server): Server {
  const next = (age: number) => Math.min(OLDEST, age + 1);
  return { generation, acknowledged: acknowledged === null ? null : next(acknowledged), handedOut: next(handedOut), rotated: next(rotated), revoked };
}

function olderFlight(flight: Flight): Flight {
  const left = flight.left - 1;
  switch (flight.kind) {
    case 'request':
      return { ...flight, jar: { ...flight.jar, accessLeft: Math.max(0, flight.jar.accessLeft - 1) }, left };
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

const olderCookies = (cookies: Cookies): Cookies => ({ ...cookies, accessLeft: Math.max(0, cookies.accessLeft - 1) });
const jarText = ({ access, accessLeft, refresh }: Jar) => (accessLeft > 0 ? `a${access} (${accessLeft} left) and r${refresh}` : `r${refresh}`);
const cookieText = ({ access, refresh }: Cookies) => (refresh === null ? `a${access}` : `a${access} and r${refresh}`);
