import type { SessionLayer } from '@latchkey/core';
import type { AccessTokenSource, EdgeRequest } from './access-token-source.ts';

/**
 * Puts a fresh access token where other middleware will look: into the first source, and into every other one that carries a token of ours, so that an expired
 * one cannot shadow it. Credentials of others stay.
 */
export function injectAccessToken(request: EdgeRequest, sources: readonly AccessTokenSource[], token: string, isOurs: (token: string) => boolean): void {
  sources.forEach((source, index) => {
    if (index === 0 || source.read(request).length > 0) source.write(request, token, isOurs);
  });
}

/** Everything that the request carries as an access token, source by source. */
export function readAccessTokens(request: EdgeRequest, sources: readonly AccessTokenSource[]): string[] {
  const tokens: string[] = [];
  for (const source of sources) tokens.push(...source.read(request));
  return tokens;
}

/** Whether an access token was signed here, whatever has become of it since. */
export function isSignedHere(layer: Pick<SessionLayer, 'authenticate'>, token: string, now: number): boolean {
  /** Given as the injected one, it is taken for no proof of receipt. */
  const verdict = layer.authenticate([token], now, token);
  return verdict.kind === 'authenticated' || verdict.reason !== 'access_token_invalid';
}
