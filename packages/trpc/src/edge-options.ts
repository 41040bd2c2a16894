import type { IncomingMessage } from 'node:http';
import type { Client, DeviceTokens, SessionLayer } from '@latchkey/core';
import { type AccessTokenSource, fromAuthorization, fromCookie } from './access-token-source.ts';
import { type CookieOptions, cookieNames } from './cookies.ts';
import type { OpenStreams } from './open-streams.ts';

/** How the edge reads and writes; complete, defaults filled in. */
export interface EdgeOptions {
  readonly layer: SessionLayer;
  readonly cookies: CookieOptions;
  readonly sources: readonly AccessTokenSource[];
  readonly clientOf: (request: IncomingMessage) => Client;
  readonly streams: OpenStreams;
  /** Unless null, browsers keep a token by which the devices somebody signed in from are known. */
  readonly devices: DeviceTokens | null;
}

/** Where access tokens are looked for unless an adopter says otherwise. */
export function defaultSources(cookies: CookieOptions): AccessTokenSource[] {
  return [fromCookie(cookieNames(cookies).accessToken), fromAuthorization()];
}
