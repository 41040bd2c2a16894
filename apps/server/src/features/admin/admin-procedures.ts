import { router } from '../../api/trpc.ts';
import type { KeyChanges } from '../keys/key-changes.ts';
import { keyProcedures } from '../keys/key-procedures.ts';
import { receiptProcedures } from '../receipts/receipt-procedures.ts';
import type { Receipts } from '../receipts/receipts.ts';
import { type RescueDependencies, rescueProcedures } from '../rescue/rescue-procedures.ts';
import type { TimelineDependencies } from '../sessions/session-timeline.ts';
import { timelineProcedures } from '../sessions/timeline-procedures.ts';
import { type AuditProcedureDependencies, auditProcedures } from './audit-procedures.ts';
import { type OverviewDependencies, overviewProcedures } from './overview-procedures.ts';
import { type SessionProcedureDependencies, sessionProcedures } from './session-procedures.ts';
import { type UserProcedureDependencies, userProcedures } from './user-procedures.ts';

export interface AdminRouterDependencies
  extends UserProcedureDependencies,
    SessionProcedureDependencies,
    AuditProcedureDependencies,
    OverviewDependencies,
    RescueDependencies,
    TimelineDependencies {
  readonly receipts: Receipts;
  readonly keyChanges: KeyChanges;
  /** Maximum age of the password check in seconds, for procedures that require a recent one. */
  readonly reauthenticationSeconds: number;
}

/** Procedures for administrators. */
export function adminRouter(dependencies: AdminRouterDependencies) {
  return router({
    ...keyProcedures(dependencies.keyChanges, dependencies.reauthenticationSeconds),
    ...receiptProcedures(dependencies.receipts),
    ...userProcedures(dependencies),
    ...rescueProcedures(dependencies),
    ...sessionProcedures(dependencies),
    ...timelineProcedures(dependencies),
    ...auditProcedures(dependencies),
    ...overviewProcedures(dependencies),
  });
}
