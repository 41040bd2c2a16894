// Declares what the examples of the API reference use without declaring it. Their test compiles
// each example beside this file, in a separate project.
import type {
  Clock,
  KeyRing,
  SessionLayer,
  SessionStore,
  User,
  UserDirectory,
} from '@latchkey/core';
import type { RedisConnection } from '@latchkey/redis';
import type { SqlDatabase } from '@latchkey/sql';
import { authRouter, type LatchkeyContext, latchkeyProcedures } from '@latchkey/trpc';
import type { QueryClient } from '@tanstack/react-query';
import type { TRPCClient } from '@trpc/client';
import { initTRPC } from '@trpc/server';
import type { Express, Request, Response } from 'express';

const builder = initTRPC.context<LatchkeyContext>().create();
const { signedIn } = latchkeyProcedures<'Admin' | 'User'>();
const yours = builder.router({
  auth: authRouter({ checkPassword: async () => null }),
  hello: builder.procedure.concat(signedIn).query(({ ctx }) => `Hello ${ctx.principal.username}`),
});

declare global {
  /** 32 random bytes each, in base64url. */
  const secret: string;
  const newSecret: string;
  const oldSecret: string;

  const clock: Clock;
  const ring: KeyRing;
  const store: SessionStore;
  const users: UserDirectory;
  const user: User;
  const layer: SessionLayer;
  const checkPassword: (username: string, password: string) => Promise<User | null>;

  const database: SqlDatabase;
  const redis: RedisConnection;

  const app: Express;
  const request: Request;
  const response: Response;
  const error: unknown;

  const t: typeof builder;
  const router: typeof yours;
  type AppRouter = typeof yours;

  const tenantOf: (userId: string) => Promise<string>;
  const sendMail: (userId: string, text: string) => Promise<void>;
  const openTestDatabase: (options?: { keepData: boolean }) => Promise<{ close(): Promise<void> }>;
  const myStore: (database: object) => SessionStore;
  /** Playwright's. */
  const chromium: { newContext(options: { storageState: object }): Promise<object> };

  // In the page.
  const client: TRPCClient<AppRouter>;
  const queryClient: QueryClient;
}
