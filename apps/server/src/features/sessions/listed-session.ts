import type { SessionRecord } from '@latchkey/core';
import Bowser from 'bowser';
import { z } from 'zod';

/** The schema of a session for display. Times are milliseconds since the epoch. */
export const listedSession = z.object({
  id: z.string(),
  /** Whether this is the session of the request itself. */
  current: z.boolean(),
  /** Name and version of the browser, such as `Firefox 128`; null if unknown. */
  browser: z.string().nullable(),
  /** Name and version of the operating system, such as `Windows 11`; null if unknown. */
  system: z.string().nullable(),
  ipAddress: z.string().nullable(),
  createdAt: z.number(),
  lastSeenAt: z.number(),
  /** When the session expires unless it is used. */
  expiresAt: z.number(),
});
export type ListedSession = z.output<typeof listedSession>;

export function listedSessionOf(
  session: SessionRecord,
  currentSessionId: string | null,
): ListedSession {
  const { id, ipAddress, createdAt, lastSeenAt, idleExpiresAt, absoluteExpiresAt } = session;
  return {
    id,
    current: id === currentSessionId,
    ...describeUserAgent(session.userAgent),
    ipAddress,
    createdAt,
    lastSeenAt,
    expiresAt: Math.min(idleExpiresAt, absoluteExpiresAt),
  };
}

/** Returns the browser and system that a User-Agent header claims: for display, never trusted. */
export function describeUserAgent(
  userAgent: string | null,
): Pick<ListedSession, 'browser' | 'system'> {
  if (!userAgent) return { browser: null, system: null };
  const { browser, os } = Bowser.parse(userAgent);
  const name = (part: string | undefined, version: string | undefined) =>
    part ? [part, version].filter(Boolean).join(' ') : null;
  return {
    browser: name(browser.name, browser.version?.split('.')[0]),
    system: name(os.name, os.versionName ?? os.version),
  };
}
