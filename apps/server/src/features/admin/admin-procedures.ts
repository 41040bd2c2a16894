import type { SessionLayer } from '@latchkey/core';
import type { AuditSeals, SqlAuditLog, UserStore } from '@latchkey/sql';
import { refuse } from '@latchkey/trpc';
import { tracked } from '@trpc/server';
// Named so that a subscription's type can be written down (TS2883).
import type {} from '@trpc/server/unstable-core-do-not-import';
import { z } from 'zod';
import { adminProcedure, freshAdminProcedure, ROLES, router } from '../../trpc.ts';
import { newPassword, newUsername, usernameOf } from '../accounts/account-rules.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { AUDIT_KINDS } from '../audit/account-event.ts';
import type { AuditTail } from '../audit/audit-tail.ts';
import { auditPage, auditPageOf, auditViewOf, pageInput, resumeInput } from '../audit/audit-view.ts';
import type { KeyChanges } from '../keys/key-changes.ts';
import { keyProcedures } from '../keys/key-procedures.ts';
import { receiptProcedures } from '../receipts/receipt-procedures.ts';
import type { Receipts } from '../receipts/receipts.ts';
import { sessionView, viewOf } from '../sessions/session-view.ts';

export interface AdminRouterDependencies {
  readonly accounts: Accounts;
  readonly users: UserStore;
  readonly layer: SessionLayer;
  readonly auditLog: SqlAuditLog;
  readonly tail: AuditTail;
  readonly receipts: Receipts;
  readonly seals: AuditSeals;
  /** How long ago the password may have been given, at most, for what needs a fresh one. */
  readonly reauthenticationSeconds: number;
  readonly keyChanges: KeyChanges;
}

const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => !value.includes('\0'), 'must not hold a NUL');
const id = text(256).min(1);
const role = z.enum(ROLES);
const userView = z.object({ id: z.string(), username: z.string(), role: z.string(), disabled: z.boolean(), createdAt: z.number() });
const ended = z.object({ ended: z.number() });
const done = z.object({ message: z.string() });

/** What administrators do with other people's accounts. */
export function adminRouter({ receipts, accounts, users, layer, auditLog, tail, seals, keyChanges, reauthenticationSeconds }: AdminRouterDependencies) {
  const freshProcedure = freshAdminProcedure(reauthenticationSeconds);

  return router({
    ...keyProcedures(keyChanges, reauthenticationSeconds),
    ...receiptProcedures(receipts),

    /** By name; `next` is handed in as `after` for the page that follows. */
    users: adminProcedure
      .input(z.object({ search: text(64).optional(), after: text(256).optional(), limit: z.number().int().min(1).max(200).default(50) }).prefault({}))
      .output(z.object({ users: z.array(userView), next: z.string().nullable() }))
      .query(async ({ input: { search, after, limit } }) => {
        const page = await users.list({ search: search && usernameOf(search), after, limit });
        return { users: page, next: page.length < limit ? null : (page.at(-1)?.username ?? null) };
      }),

    createUser: freshProcedure
      .input(z.object({ username: newUsername, password: newPassword, role }))
      .output(userView.pick({ id: true, username: true, role: true }))
      .mutation(({ ctx, input }) => accounts.create(input, ctx.session.actor)),

    /** The user's sessions end. */
    disableUser: freshProcedure
      .input(z.object({ userId: id }))
      .output(done)
      .mutation(async ({ ctx, input }) => {
        await accounts.setDisabled(input.userId, true, ctx.session.actor);
        return { message: 'The user is disabled and signed out everywhere.' };
      }),

    enableUser: freshProcedure
      .input(z.object({ userId: id }))
      .output(done)
      .mutation(async ({ ctx, input }) => {
        await accounts.setDisabled(input.userId, false, ctx.session.actor);
        return { message: 'The user may sign in again.' };
      }),

    /** The user's sessions end: they sign in again with the new role. */
    setRole: freshProcedure
      .input(z.object({ userId: id, role }))
      .output(done)
      .mutation(async ({ ctx, input }) => {
        await accounts.setRole(input.userId, input.role, ctx.session.actor);
        return { message: `The role is ${input.role} from the next sign-in.` };
      }),

    /** The user's sessions end. */
    removeUser: freshProcedure
      .input(z.object({ userId: id }))
      .output(done)
      .mutation(async ({ ctx, input }) => {
        await accounts.remove(input.userId, ctx.session.actor);
        return { message: 'The user is removed.' };
      }),

    sessions: adminProcedure
      .input(z.object({ userId: id }))
      .output(z.array(sessionView))
      .query(async ({ ctx, input }) => (await layer.sessionsOf(input.userId)).map((session) => viewOf(session, ctx.principal.sessionId))),

    revokeSession: adminProcedure
      .input(z.object({ sessionId: id }))
      .output(done)
      .mutation(async ({ ctx, input }) => {
        if (!(await layer.revoke(input.sessionId, 'administrator', ctx.session.actor)))
          throw refuse('not_found', { message: 'There is no such session, or it has ended already.' });
        return { message: 'The session has ended.' };
      }),

    /** Signs a user out everywhere. */
    signOutUser: freshProcedure
      .input(z.object({ userId: id }))
      .output(ended)
      .mutation(async ({ ctx, input }) => ({ ended: (await layer.endAllOfUser(input.userId, 'administrator', ctx.session.actor)).length })),

    /** The audit log, the newest first. */
    audit: adminProcedure
      .input(pageInput.extend({ userId: id.optional(), sessionId: id.optional(), kind: z.enum(AUDIT_KINDS).optional() }).prefault({}))
      .output(auditPage)
      .query(async ({ input }) => auditPageOf(await auditLog.list(input), input.limit)),

    /** The same as it is written. */
    watchAudit: adminProcedure.input(resumeInput).subscription(async function* ({ ctx: { signal }, input }) {
      for await (const { position, record } of tail.follow({ after: input.lastEventId, signal })) yield tracked(String(position), auditViewOf(record));
    }),

    /** Whether the audit log is as it was sealed. */
    verifyAudit: adminProcedure
      .output(
        z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('intact'), seals: z.number(), events: z.number(), unsealed: z.number(), hash: z.string().nullable() }),
          z.object({ kind: z.literal('broken'), seal: z.number(), why: z.string() }),
        ]),
      )
      .query(() => seals.verify()),
  });
}
