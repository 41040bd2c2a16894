import type { SecurityEvent } from '@latchkey/core';
import type { AuditEntry } from '@latchkey/sql';
import type { AccountEvent } from '../audit/account-event.ts';

/**
 * The kinds of notices. `reuse`: a refresh token was used twice. `administrator`: an administrator
 * acted on the account.
 */
export const NOTICE_KINDS = ['reuse', 'administrator'] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** What an administrator did, as the reason for which it ended the user's sessions. */
export const NOTICE_CAUSES = ['administrator', 'role_changed', 'user_disabled'] as const;
export type NoticeCause = (typeof NOTICE_CAUSES)[number];

/** What a user is told until they dismiss it or change their password: one of each kind. */
export interface Notice {
  readonly userId: string;
  readonly kind: NoticeKind;
  /** When it happened, in milliseconds since the epoch. */
  readonly at: number;
  /** What the administrator did; null for other notices. */
  readonly cause: NoticeCause | null;
  /** The reason that the administrator gives to the user. */
  readonly shownReason: string | null;
}

/** What an event changes in a user's notices. */
export type NoticeChange =
  | { readonly kind: 'told'; readonly notice: Notice }
  /** The user has dealt with all notices, or is gone. */
  | { readonly kind: 'settled'; readonly userId: string };

/** Returns what an event of the audit log changes in the notices of its user; null for most. */
export function noticeChangeOf(entry: AuditEntry | SecurityEvent): NoticeChange | null {
  const event = entry as SecurityEvent | AccountEvent;
  const { userId, at } = event;
  if (userId === null) return null;
  const acted = (cause: NoticeCause, shownReason: string | undefined): NoticeChange => ({
    kind: 'told',
    notice: { userId, kind: 'administrator', at, cause, shownReason: shownReason ?? null },
  });
  const { kind } = event;
  if (kind === 'session.reuse')
    return { kind: 'told', notice: { userId, kind: 'reuse', at, cause: null, shownReason: null } };
  if (kind === 'password.changed' || kind === 'user.removed') return { kind: 'settled', userId };
  if (kind === 'user.rescued') return acted('administrator', event.shownReason);
  if (!('shownReason' in event) || event.shownReason === undefined) return null;
  if (kind === 'user.disabled') return acted('user_disabled', event.shownReason);
  if (kind === 'role.changed') return acted('role_changed', event.shownReason);
  return kind === 'session.revoked' && event.reason === 'administrator'
    ? acted('administrator', event.shownReason)
    : null;
}
