import {
  createLatchkeyContext,
  formatError,
  type LatchkeyContext,
  latchkeyProcedures,
} from '@latchkey/trpc';
import { initTRPC } from '@trpc/server';

// A package of a strict workspace: it depends on @latchkey/trpc and @trpc/server alone, and exports
// procedures, so its declarations may name no other package (C7).
export const t = initTRPC.context<LatchkeyContext>().create({ errorFormatter: formatError });
export const procedures = latchkeyProcedures<'Admin' | 'Editor'>();
export const signedIn = t.procedure.concat(procedures.signedIn);
export const editors = t.procedure.concat(procedures.withRole('Admin', 'Editor'));
export const owners = t.procedure.concat(
  procedures.allow('to own it', (principal) => principal.userId === '7'),
);
export const createContext = createLatchkeyContext;
