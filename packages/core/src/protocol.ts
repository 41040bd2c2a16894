import type { AcknowledgementQueue } from './acknowledge.ts';
import type { Clock } from './clock.ts';
import type { KeyRing } from './key-ring.ts';
import type { SessionOptions } from './options.ts';
import type { Revocations } from './revocations.ts';
import type { AuditLog, OnEvent } from './security-event.ts';
import type { SessionStore } from './session-store.ts';
import type { UserDirectory } from './user.ts';

/** Everything the protocol works with; each verb takes what it needs of it. */
export interface Protocol {
  readonly options: SessionOptions;
  readonly ring: KeyRing;
  readonly store: SessionStore;
  readonly users: UserDirectory;
  readonly clock: Clock;
  readonly acknowledgements: AcknowledgementQueue;
  readonly auditLog: AuditLog;
  readonly onEvent: OnEvent;
  readonly revocations: Revocations;
}
