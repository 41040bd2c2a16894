import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node';
import express from 'express';
import type { Deployment, Running } from '../moving/deployment.ts';
import type { Library } from '../moving/library.ts';
import type { OldCredential } from '../moving/old-credential.ts';
import { stepOne } from '../moving/step-1.ts';
import { asUser } from '../moving/users.ts';

/**
 * Creates better-auth as an app would, but in memory and with passwords alone: social providers
 * would change nothing here.
 */
export function libraryAuth(baseURL: string, secret: string) {
  return betterAuth({
    baseURL,
    secret,
    database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
    emailAndPassword: { enabled: true },
    telemetry: { enabled: false },
  });
}

export type LibraryAuth = ReturnType<typeof libraryAuth>;

/**
 * Reads a better-auth session, for the bridge. Only a verified e-mail address identifies a user,
 * because people can sign up under any address.
 */
export function betterAuthCredential(
  auth: LibraryAuth,
  library: Library,
  { verifiedOnly = true } = {},
): OldCredential {
  return {
    before: [],
    async read({ headers }) {
      const found = await auth.api.getSession({ headers: fromNodeHeaders(headers) });
      if (!found || (verifiedOnly && !found.user.emailVerified)) return null;
      return {
        id: found.session.token,
        resolveUser: async () => asUser(await library.byName(found.user.email)),
      };
    },
    async end(token) {
      await (await auth.$context).internalAdapter.deleteSession(token);
    },
    forget: (response) =>
      void response.clearCookie('better-auth.session_token', { httpOnly: true, sameSite: 'lax' }),
  };
}

/**
 * Builds an app in which better-auth signs users in and Latchkey keeps them signed in: step 1 for
 * users with a better-auth session, and the final state for an app that keeps better-auth.
 */
export async function handOver(
  auth: LibraryAuth,
  deployment: Deployment,
  options: { keepOldSeconds: number; verifiedOnly: boolean },
): Promise<Running> {
  const { app: library, ...running } = await stepOne(
    deployment,
    (accounts) => betterAuthCredential(auth, accounts, options),
    options,
  );
  const app = express();
  app.all('/api/auth/*splat', toNodeHandler(auth));
  app.use(library);
  return { app, ...running };
}
