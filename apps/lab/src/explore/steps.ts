import { cookieText, jarText, older, olderFlight } from './ageing.ts';
import type { Bounds } from './bounds.ts';
import { decide, isAuthentic, NOW } from './decide.ts';
import {
  ACCESS,
  type Cookies,
  type Flight,
  GRACE,
  generationOf,
  type Jar,
  mintToken,
  put,
  type Server,
  type State,
  type Token,
  tokenText,
} from './state.ts';
import type { Rules } from './weakenings.ts';

/** A possible next event, and the guarantee that it breaks, if any. */
export interface Step {
  readonly text: string;
  readonly next: State;
  readonly broken: string | null;
}

/**
 * Yields all events that are possible in a state: each message sent, delivered or lost, at each
 * moment, or the passing of a tick.
 */
export function* stepsFrom(state: State, bounds: Bounds, rules: Rules): Generator<Step> {
  const { server, backup, restores, jar, flights, sends, signOuts, username, tick } = state;
  const go = (text: string, changes: Partial<State>, broken: string | null = null): Step => ({
    text,
    next: { ...state, ...changes },
    broken,
  });

  if (sends > 0 && flights.length < bounds.inFlight) {
    const send = (sent: Jar): Partial<State> => ({
      flights: put(flights, { kind: 'request', jar: sent, left: GRACE - 1 }),
      sends: sends - 1,
    });
    yield go(`the browser sends ${jarText(jar)}`, send(jar));
    if (jar.accessLeft > 0 && bounds.explicitRefreshes)
      yield go(
        `the browser refreshes explicitly with ${tokenText(jar.refresh)}`,
        send({ ...jar, accessLeft: 0 }),
      );
    if (signOuts > 0)
      yield go('the browser signs out', {
        flights: put(flights, { kind: 'signOut', left: GRACE - 1 }),
        sends: sends - 1,
        signOuts: signOuts - 1,
      });
  }
  for (const [index, flight] of flights.entries()) {
    const rest = flights.filter((_, other) => other !== index);
    switch (flight.kind) {
      case 'request':
        yield arrival(flight.jar, rest);
        break;
      case 'handler':
        if (flight.age >= GRACE && !rules.lateCookiesWritten)
          yield go('cookies are too late, and not written', { flights: rest });
        else
          yield go('headers are written', {
            flights: put(rest, { kind: 'reply', cookies: flight.cookies, left: GRACE - 1 }),
          });
        break;
      case 'reply': {
        const { cookies } = flight;
        yield go(`the browser takes ${cookieText(cookies)}`, {
          jar: taken(cookies),
          flights: rest,
        });
        if (bounds.losses) yield go(`${cookieText(cookies)} is lost`, { flights: rest });
        break;
      }
      case 'proof': {
        const counts =
          flight.generation === generationOf(server.current) && server.acknowledged === null;
        yield go(`the acknowledgement of generation ${flight.generation} is written`, {
          server: counts ? { ...server, acknowledged: flight.age } : server,
          flights: rest,
        });
        if (bounds.losses)
          yield go(`the acknowledgement of generation ${flight.generation} is lost`, {
            flights: rest,
          });
        break;
      }
      case 'signOut':
        yield go('the session is revoked', { server: { ...server, revoked: true }, flights: rest });
        if (bounds.losses) yield go('the sign-out is lost', { flights: rest });
    }
  }
  if (username < bounds.renames) yield go('the user is renamed', { username: username + 1 });
  if (bounds.restore !== 'never' && restores === 0) {
    if (backup)
      yield go('the store is restored from the backup', {
        server: restored(backup),
        backup: null,
        restores: restores + 1,
      });
    else if (tick <= bounds.lastBackup) yield go('a backup is taken', { backup: server });
  }
  if (tick < bounds.ticks && flights.every(({ left }) => left > 0))
    yield go('a tick passes', {
      server: older(server),
      backup: backup && older(backup),
      jar: { ...jar, accessLeft: Math.max(0, jar.accessLeft - 1) },
      flights: put(flights.map(olderFlight)),
      tick: tick + 1,
    });

  function arrival(sent: Jar, rest: readonly Flight[]): Step {
    if (sent.accessLeft > 0)
      return go(`${jarText(sent)} arrives: the access token is valid`, {
        flights: withProof(rest, server, sent.access),
      });
    if (!isAuthentic(sent))
      return go(
        `${tokenText(sent.refresh)} arrives: it is bound to the name ${sent.boundTo}, not ${sent.username}`,
        { flights: [...rest] },
        'an honest browser is refused',
      );
    const decision = decide(server, sent.refresh, rules);
    const told = `${tokenText(sent.refresh)} arrives: ${decision.kind}`;
    switch (decision.kind) {
      case 'reissue':
        return go(
          told,
          {
            flights: put(
              withProof(rest, server),
              handling(server.current, rules.reissueSetsRefresh ? server.current : null),
            ),
          },
          alive(),
        );
      case 'rotate': {
        const broken =
          sent.refresh === server.current ? alive() : 'a token that is not current was rotated';
        return go(told, rotated(sent.refresh, rest), broken);
      }
      case 'converge': {
        const delivered = decision.recordDelivery ? 0 : server.delivered;
        return go(
          told,
          {
            server: { ...server, delivered },
            flights: put(rest, handling(server.current, server.sealed ? server.current : null)),
          },
          alive(),
        );
      }
      case 'adopt': {
        const { deliveredAt, previousSecretHash } = decision.next;
        const previous =
          previousSecretHash === null
            ? null
            : generationOf(sent.refresh) > generationOf(server.current)
              ? server.current
              : server.previous;
        const delivered = deliveredAt === NOW ? 0 : server.delivered;
        const after: Server = {
          ...server,
          current: sent.refresh,
          previous,
          sealed: false,
          acknowledged: null,
          delivered,
        };
        return go(
          told,
          { server: after, flights: put(withProof(rest, after), handling(sent.refresh, null)) },
          lost(),
        );
      }
      case 'recover':
        return go(told, rotated(sent.refresh, rest), lost());
      case 'reuse':
        return go(told, { flights: [...rest] }, 'an honest browser is treated as a thief');
      case 'refuse':
        return go(
          `${told} (${decision.reason})`,
          { flights: [...rest] },
          server.revoked ? null : 'an honest browser is refused',
        );
    }
  }

  function rotated(from: Token, rest: readonly Flight[]): Partial<State> {
    const current = mintToken(generationOf(from) + 1, restores);
    const after: Server = {
      ...server,
      current,
      previous: from,
      sealed: true,
      acknowledged: null,
      delivered: 0,
      rotated: 0,
    };
    return { server: after, flights: put(rest, handling(current, current)) };
  }

  function restored(before: Server): Server {
    const knows = bounds.restore === 'all but deliveries' && before.current === server.current;
    return knows ? { ...before, delivered: server.delivered } : before;
  }

  function taken({ access, accessLeft, refresh, username: name }: Cookies): Jar {
    if (refresh !== null) return { access, accessLeft, refresh, boundTo: name, username: name };
    return { ...jar, access, accessLeft, ...(rules.reissueSetsUsername && { username: name }) };
  }

  function lost(): string | null {
    return restores > 0 ? alive() : 'the store is treated as restored although it lost nothing';
  }

  function handling(of: Token, refresh: Token | null): Flight {
    return {
      kind: 'handler',
      cookies: { access: generationOf(of), accessLeft: ACCESS, refresh, username },
      age: 0,
      left: bounds.handler,
    };
  }

  function alive(): string | null {
    return server.revoked ? 'a revoked session is served' : null;
  }

  function withProof(
    rest: readonly Flight[],
    { current, acknowledged }: Server,
    generation = generationOf(current),
  ): Flight[] {
    const isNews =
      generation === generationOf(current) &&
      acknowledged === null &&
      !rest.some((one) => one.kind === 'proof' && one.generation === generation);
    return isNews ? put(rest, { kind: 'proof', generation, age: 0, left: 1 }) : [...rest];
  }
}
