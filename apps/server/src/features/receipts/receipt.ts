import {
  hashSecret,
  REVOCATION_REASONS,
  type RevocationReason,
  type SecurityEvent,
} from '@latchkey/core';
import type { AuditEntry } from '@latchkey/sql';
import type { SessionReceipt } from './session-receipts.ts';

/** Why a session ended: an act, or an expiry. */
export const CAUSES = [...REVOCATION_REASONS, 'idle_expired', 'max_expired'] as const;
export type Cause = (typeof CAUSES)[number];

/**
 * Who ended a session: `owner` is the session's user, `operator` a CLI command, `server` an expiry
 * or a rule.
 */
export const ENDERS = ['owner', 'administrator', 'operator', 'server'] as const;
export type Ender = (typeof ENDERS)[number];

/** The explanation of each cause, for users. */
export const EXPLANATIONS: Readonly<Record<Cause, string>> = {
  signed_out: 'You signed out.',
  replaced: 'You signed in again in the same browser.',
  reuse:
    'A refresh token was used twice, which can mean that it was copied. If that was not you, change your password.',
  administrator: 'An administrator ended the session.',
  user_request: 'You ended the session from another device.',
  password_changed: 'The password was changed in another session.',
  role_changed: 'Your role was changed.',
  user_disabled: 'Your account was disabled.',
  user_removed: 'The account was deleted.',
  session_limit:
    'You signed in on more devices than an account may use at once, and this sign-in was the oldest.',
  idle_expired: 'The session was not used for too long.',
  max_expired: 'The session reached its maximum lifetime.',
};

/** The alphabet of references: base 32 without confusable letters and digits (0 O, 1 I L, U V). */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
const CHARACTERS = 10;

/**
 * Returns the support reference of a session: ten characters like `K7QPM-2XD9H` (49 bits), derived
 * from the session's id. It grants no access.
 */
export function referenceOf(sessionId: string): string {
  const hash = Buffer.from(hashSecret(Buffer.from(`receipt ${sessionId}`)), 'base64url');
  const text = Array.from(
    { length: CHARACTERS },
    (_, at) => ALPHABET[hash.readUInt16BE(at * 2) % ALPHABET.length],
  ).join('');
  return `${text.slice(0, 5)}-${text.slice(5)}`;
}

/** Normalizes a typed reference to its stored form; returns any other text unchanged. */
export function referenceIn(text: string): string {
  const characters = text.toUpperCase().replace(/[\s-]/g, '');
  return /^[A-Z2-9]{10}$/.test(characters)
    ? `${characters.slice(0, 5)}-${characters.slice(5)}`
    : text.trim();
}

/** Returns the receipts of the sessions that an event of the audit log ended. */
export function receiptsOf(entry: AuditEntry | SecurityEvent): SessionReceipt[] {
  const event = entry as SecurityEvent;
  if (event.kind === 'session.revoked')
    return [
      {
        ...receiptOf(event.sessionId, event.userId, event.reason, enderOf(event), event.at),
        shownReason: event.shownReason ?? null,
      },
    ];
  if (event.kind === 'session.reuse')
    return event.endedSessionIds.map((id) =>
      receiptOf(id, event.userId, 'reuse', 'server', event.at),
    );
  return [];
}

export function receiptOf(
  sessionId: string,
  userId: string,
  cause: Cause,
  by: Ender,
  at: number,
): SessionReceipt {
  const reference = referenceOf(sessionId);
  return { sessionId, reference, userId, cause, by, at, shownReason: null };
}

function enderOf({
  actorId,
  userId,
  reason,
}: {
  actorId: string | null;
  userId: string;
  reason: RevocationReason;
}): Ender {
  if (reason === 'reuse' || reason === 'session_limit') return 'server';
  if (actorId === null) return 'operator';
  return actorId === userId ? 'owner' : 'administrator';
}
