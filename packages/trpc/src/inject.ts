import type { SessionLayer } from '@latchkey/core';
import type { AccessTokenSource, EdgeRequest } from './access-token-source.ts';

/**
 * Puts a fresh access token where other middleware will look: into the first source, and into every other one that carries a token of ours, so that an expired
 * one cannot shadow it. Credentials of others stay.
 */
export function injectAccessToken(
  request: EdgeRequest,
  sources: readonly AccessTokenSource[],
  token: string,
  isOurs: (tokens: readonly string[]) => boolean,
): void {
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

/**
 * Whether any of these access tokens was signed here, whatever has become of it since.
 *
 * @param injected one that an earlier refresh put into the request: no proof that the browser holds it
 */
export function isSignedHere(layer: Pick<SessionLayer, 'authenticate'>, tokens: readonly string[], now: number, injected: string | null): boolean {
  const verdict = layer.authenticate(tokens, now, injected);
  return verdict.kind === 'authenticated' || !(verdict.reason === 'access_token_invalid' || verdict.reason === 'no_credentials');
}
