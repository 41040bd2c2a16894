import type { VisitOptions } from '@latchkey/doctor';
import { ALWAYS } from '../../edge/security-headers.ts';

/** What `visit` of `@latchkey/doctor` has to know of the reference app's server. */
export const VISITED = {
  paths: {
    login: '/login',
    logout: '/logout',
    read: '/dashboard',
    address: '/trpc/account.sessions',
    stream: '/trpc/account.watchSecurityEvents',
    webSocket: '/trpc',
  },
  headers: [...ALWAYS, 'cache-control', 'strict-transport-security'],
  settings: {
    trustProxy: 'TRUST_PROXY',
    allowedOrigins: 'PUBLIC_ORIGIN',
    allowedHosts: 'PUBLIC_ORIGIN or ALLOWED_HOSTS',
    secret: 'LATCHKEY_SECRET',
  },
} satisfies Partial<VisitOptions>;
