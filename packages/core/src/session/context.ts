import type { AuditLog } from '../audit/audit-log.ts';
import type { OnEvent } from '../audit/security-event.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { Clock } from '../lib/clock.ts';
import type { SessionOptions } from '../options.ts';
import type { Revocations } from '../revocation/revocations.ts';
import type { ClaimsSchema } from '../token/claims.ts';
import type { AcknowledgementQueue } from './acknowledgements.ts';
import type { SessionStore } from './session-store.ts';
import type { UserDirectory } from './user.ts';

/** What the operations of a session layer work with; each operation takes the parts it needs. */
export interface SessionContext {
  readonly options: SessionOptions;
  readonly claims: ClaimsSchema | undefined;
  readonly ring: KeyRing;
  readonly store: SessionStore;
  readonly users: UserDirectory;
  readonly clock: Clock;
  readonly acknowledgements: AcknowledgementQueue;
  readonly auditLog: AuditLog;
  readonly onEvent: OnEvent;
  readonly revocations: Revocations;
}
