import type { AccessTokenSource, EdgeRequest } from './access-token-source.ts';

/**
 * Puts a fresh access token where authentication will look: always into the first source, and into every other one that carries a
 * token, so that an expired one cannot shadow it.
 */
export function injectAccessToken(request: EdgeRequest, sources: readonly AccessTokenSource[], token: string): void {
  sources.forEach((source, index) => {
    if (index === 0 || source.read(request).length > 0) source.write(request, token);
  });
}

/** Everything that the request carries as an access token, source by source. */
export function readAccessTokens(request: EdgeRequest, sources: readonly AccessTokenSource[]): string[] {
  const tokens: string[] = [];
  for (const source of sources) tokens.push(...source.read(request));
  return tokens;
}
