import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse, type SerializeOptions, serialize } from 'cookie';
import { env } from '~/env';
import type { TokenPair } from './tokens';

const ACCESS = 'newsroom.access';
const REFRESH = 'newsroom.refresh';

const options: SerializeOptions = {
  path: '/',
  httpOnly: true,
  sameSite: 'lax',
  secure: env.NODE_ENV === 'production',
};

export function readTokens(req: IncomingMessage) {
  const cookies = parse(req.headers.cookie ?? '');
  return { accessToken: cookies[ACCESS], refreshToken: cookies[REFRESH] };
}

export function setTokens(res: ServerResponse, tokens: TokenPair) {
  res.appendHeader('set-cookie', [
    serialize(ACCESS, tokens.accessToken, { ...options, maxAge: env.ACCESS_TOKEN_MINUTES * 60 }),
    serialize(REFRESH, tokens.refreshToken, {
      ...options,
      maxAge: env.REFRESH_TOKEN_DAYS * 86_400,
    }),
  ]);
}

export function clearTokens(res: ServerResponse) {
  res.appendHeader('set-cookie', [
    serialize(ACCESS, '', { ...options, maxAge: 0 }),
    serialize(REFRESH, '', { ...options, maxAge: 0 }),
  ]);
}
