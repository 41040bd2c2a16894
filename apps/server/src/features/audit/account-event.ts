import type { EventBase, SecurityEvent } from '@latchkey/core';
import type { KeyPurpose } from '@latchkey/keys';

/** The reasons that an administrator gives for an act. */
interface Stated {
  /** Shown to administrators, not to the user concerned. */
  readonly statedReason?: string;
  /** Shown to the user concerned. */
  readonly shownReason?: string;
}

/**
 * The events of accounts, their credentials and the server's keys. An event never contains a
 * password, nor a username typed at a failed sign-in: it may be a password.
 */
export type AccountEvent = EventBase &
  (
    | {
        readonly kind: 'sign_in.refused';
        readonly reason:
          | 'unknown_user'
          | 'wrong_password'
          | 'user_disabled'
          | 'one_time_password_spent';
      }
    | { readonly kind: 'refresh.refused'; readonly reason: string }
    | { readonly kind: 'user.created'; readonly username: string; readonly role: string }
    | ({ readonly kind: 'user.disabled' | 'user.enabled' | 'user.removed' } & Stated)
    /** All sessions ended, and the password was replaced by a one-time password. */
    | ({ readonly kind: 'user.rescued' } & Stated)
    | ({ readonly kind: 'role.changed'; readonly from: string; readonly to: string } & Stated)
    | { readonly kind: 'password.changed' }
    | { readonly kind: 'password.refused' }
    /** An administrator exported the audit log under this filter. */
    | { readonly kind: 'audit.exported'; readonly filter: Readonly<Record<string, unknown>> }
    /** Retention removed the events of these seals from the audit log. */
    | {
        readonly kind: 'audit.pruned';
        readonly firstSeal: number;
        readonly lastSeal: number;
        readonly sealedUntil: number;
        readonly events: number;
      }
    | {
        readonly kind: 'keys.rotated';
        readonly purpose: KeyPurpose;
        readonly kid: string;
        readonly algorithm: string;
        readonly signsFrom: number;
      }
    /** A key was revoked; `successor` replaces it if it was the signing key. */
    | {
        readonly kind: 'keys.removed';
        readonly purpose: KeyPurpose;
        readonly kid: string;
        readonly successor: string | null;
      }
  );

/** Every kind of event in the audit log. */
export const AUDIT_KINDS = [
  'session.issued',
  'session.reauthenticated',
  'session.revoked',
  'session.reuse',
  'session.shared',
  'session.recovered',
  'sign_in.refused',
  'refresh.refused',
  'user.created',
  'user.disabled',
  'user.enabled',
  'user.removed',
  'user.rescued',
  'role.changed',
  'password.changed',
  'password.refused',
  'audit.exported',
  'audit.pruned',
  'keys.rotated',
  'keys.removed',
] as const satisfies readonly (AccountEvent | SecurityEvent)['kind'][];
