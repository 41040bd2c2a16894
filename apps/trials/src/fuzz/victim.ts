import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import {
  type Algorithm,
  createSessionLayer,
  type Grant,
  type KeyRing,
  memorySessionStore,
  type Principal,
  type SessionRecord,
} from '@latchkey/core';
import { settableClock } from '@latchkey/core/testing';
import { sessionOf } from '@latchkey/http';
import { ringOfAll } from '@latchkey/test-support';
import { latchkey } from '@latchkey/trpc';

/** A user whose session outsiders must not reach. */
export interface Victim {
  isSignedIn(): Promise<boolean>;
}

/**
 * A victim behind Latchkey's middleware, called without a network: thousands of attempts per
 * second.
 */
export interface EdgeVictim extends Victim {
  readonly algorithm: Algorithm;
  readonly ring: KeyRing;
  readonly grant: Grant;
  /** Access tokens of other users' sessions, for splicing. */
  readonly othersAccessTokens: readonly string[];
  /** Sends a request through the middleware. */
  present(headers: Readonly<Record<string, string>>): Promise<Presented>;
  record(): Promise<SessionRecord | null>;
}

export interface Presented {
  readonly principal: Principal | null;
  readonly setCookies: readonly string[];
}

const client = { userAgent: 'fuzz', ipAddress: '127.0.0.1' };
const user = (username: string) => ({
  id: `id-of-${username}`,
  username,
  role: 'User',
  tokenVersion: 0,
  disabled: false,
});

export async function edgeVictim(algorithm: Algorithm): Promise<EdgeVictim> {
  const ring = ringOfAll(algorithm);
  const store = memorySessionStore();
  const layer = createSessionLayer({
    ring,
    store,
    users: { findUser: async (id) => user(id.slice('id-of-'.length)) },
    clock: settableClock(),
  });
  const step = latchkey({ layer, cookies: { hostPrefix: false } });
  const grant = await layer.issue(user('victim'), client);
  const othersAccessTokens = await Promise.all(
    ['x', 'yy'].map(async (name) => (await layer.issue(user(name), client)).accessToken),
  );

  async function present(headers: Readonly<Record<string, string>>): Promise<Presented> {
    /** Lets timers run; otherwise connections of other targets would time out. */
    await setImmediate();
    const request = Object.assign(new IncomingMessage(new Socket()), {
      method: 'GET',
      url: '/',
      headers: { host: 'localhost', ...headers },
    });
    const response = new ServerResponse(request);
    await new Promise<void>((resolve, reject) =>
      step(request, response, (error) => (error === undefined ? resolve() : reject(error))),
    );
    response.writeHead(200);
    const setCookies = response.getHeader('set-cookie');
    return {
      principal: sessionOf(request).principal,
      setCookies: Array.isArray(setCookies) ? setCookies : [],
    };
  }

  const isSignedIn = async () =>
    (await present({ authorization: `Bearer ${grant.accessToken}` })).principal?.sessionId ===
    grant.sessionId;
  /**
   * Waits for the acknowledgement, which is written a moment later: it must not fall between an
   * attempt and the record with which it is compared.
   */
  await isSignedIn();
  await layer.flush();
  return {
    algorithm,
    ring,
    grant,
    othersAccessTokens,
    present,
    record: () => store.find(grant.sessionId),
    isSignedIn,
  };
}
