import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';

/**
 * The settings of a service that verifies Latchkey's tokens: the public keys, the issuer and the
 * audience.
 */
export interface VerifyingServiceOptions {
  /** URL of the public keys, such as `https://app.example.com/.well-known/jwks.json`. */
  readonly publicKeys: URL;
  readonly issuer: string;
  readonly audience: string;
  /** Name of the access cookie, with the prefix `__Host-` if the server sets it. */
  readonly cookieName: string;
  /** Minimum time between two reads of the public keys, in milliseconds. */
  readonly cooldownMs?: number;
}

/**
 * Creates a service beside the reference app that shares its sign-in: it answers with the caller's
 * identity. It verifies access tokens by the public keys alone, without secrets or sessions. An
 * accepted token may belong to a session that has been revoked since: it is valid until it expires.
 */
export function verifyingService({
  publicKeys,
  issuer,
  audience,
  cookieName,
  cooldownMs = 30_000,
}: VerifyingServiceOptions): Server {
  /**
   * Caches the keys for a fixed time, which the server allows, because jose ignores Cache-Control.
   * jose reads the keys again when a token names an unknown one.
   */
  const keys = createRemoteJWKSet(publicKeys, {
    cacheMaxAge: 300_000,
    cooldownDuration: cooldownMs,
  });
  /**
   * The accepted algorithms are listed here, never taken from the token (RFC 8725, 3.1). HS256 is
   * missing, because its keys are secrets with which no other service can verify.
   */
  const expected = {
    issuer,
    audience,
    typ: 'at+jwt',
    algorithms: ['ES256', 'RS256'],
    requiredClaims: ['sub', 'exp'],
  };

  return createServer(async (request, response) => {
    const answer = (status: number, body: object) => {
      response.writeHead(status, {
        'content-type': 'application/json',
        'cache-control': 'no-store',
      });
      response.end(JSON.stringify(body));
    };
    try {
      const token = accessTokenIn(request, cookieName);
      if (token === null) return answer(401, { message: 'You are not signed in.' });
      const { payload } = await jwtVerify(token, keys, expected);
      const { sub: userId, name: username, role, claims } = payload;
      answer(200, { userId, username, role, claims });
    } catch (error) {
      if (saysNothingOfTheCaller(error))
        answer(503, { message: 'The public keys cannot be fetched right now.' });
      else answer(401, { message: 'You are not signed in.' });
    }
  });
}

/**
 * Whether an error means that the public keys could not be fetched: no response, a late one, or no
 * JSON Web Key Set. It says nothing about the caller.
 */
function saysNothingOfTheCaller(error: unknown): boolean {
  return (
    !(error instanceof errors.JOSEError) ||
    ['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID'].includes(error.code)
  );
}

function accessTokenIn({ headers }: IncomingMessage, cookieName: string): string | null {
  const bearer = /^bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  const cookies = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  return bearer ?? cookies.find(([name]) => name === cookieName)?.[1] ?? null;
}
