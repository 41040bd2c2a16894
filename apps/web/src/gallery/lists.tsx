import type { AppRouter } from '@latchkey/server/router';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createTRPCClient, type TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import { useState } from 'react';
import { Address } from '../components/text/address.tsx';
import { UserText } from '../components/text/user-text.tsx';
import { EventRow } from '../features/account/events/event-row.tsx';
import { SessionRow } from '../features/account/sessions/session-row.tsx';
import type { Session } from '../features/account/sessions/use-end-sessions.ts';
import { UsersTable } from '../features/admin/users/users-table.tsx';
import type { SecurityEvent } from '../features/events/describe-event.ts';
import { CookieTable } from '../features/session/cookie-table.tsx';
import type { TimelineEntry } from '../features/timeline/describe-entry.ts';
import { TimelineList } from '../features/timeline/timeline-list.tsx';
import { toast } from '../lib/toasts.ts';
import { trpc } from '../lib/trpc.ts';
import { Kind, Specimen } from './specimen.tsx';

const HOUR = 3_600_000;
const NOW = Date.now();
const LONG_NAME = 'maximiliane_theodora_von_und_zu_hohenlohe_waldenburg_schillingsf';
const CARD = 'divide-y divide-line rounded-card border border-line bg-surface shadow-card';

const DEVICES = [
  { browser: 'Firefox 128', system: 'Windows 11', ipAddress: '127.0.0.1' },
  { browser: 'Safari 18', system: 'iOS 18.1', ipAddress: '203.0.113.207' },
  {
    browser: 'Samsung Internet for Android 25',
    system: 'Android 14',
    ipAddress: '2001:db8:85a3:8d3:1319:8a2e:370:7348',
  },
  { browser: LONG_NAME, system: null, ipAddress: null },
] as const;

const SESSIONS: readonly Session[] = DEVICES.map((device, index) => ({
  ...device,
  id: `session-${index}`,
  current: index === 0,
  createdAt: NOW - (index + 1) * 20 * HOUR,
  lastSeenAt: NOW - index * HOUR,
  expiresAt: NOW + 24 * HOUR,
}));

const NO_DETAILS = {
  generation: null,
  presentedGeneration: null,
  decision: null,
  reason: null,
  by: null,
  actorName: null,
  statedReason: null,
};
const ENTRIES: readonly TimelineEntry[] = [
  { ...NO_DETAILS, ...DEVICES[0], at: NOW - 3 * HOUR, kind: 'started', generation: 0 },
  { ...NO_DETAILS, ...DEVICES[2], at: NOW - 2 * HOUR, kind: 'reuse', presentedGeneration: 4 },
  {
    ...NO_DETAILS,
    ...DEVICES[1],
    at: NOW - HOUR,
    kind: 'ended',
    by: 'administrator',
    actorName: LONG_NAME,
    statedReason: 'Asked for by phone.',
  },
];

const EVENTS: readonly SecurityEvent[] = (
  ['session.issued', 'sign_in.refused', 'session.reuse'] as const
).map((kind, index) => ({
  ...(DEVICES[index] ?? DEVICES[0]),
  id: index,
  at: NOW - index * HOUR,
  kind,
  actorId: 'u1',
  userId: 'u1',
  sessionId: `session-${index}`,
  reason: kind === 'sign_in.refused' ? 'wrong_password' : null,
  details: {},
  sealed: true,
}));

const USERS = ['ada', LONG_NAME, 'عبدالرحمن_القحطاني'].map((username, index) => ({
  id: username,
  username,
  role: index === 0 ? 'Admin' : 'User',
  disabled: index === 1,
  createdAt: NOW - index * 40 * HOUR,
}));

const COOKIE = {
  httpOnly: true,
  secure: true,
  sameSite: 'strict',
  path: '/',
  maxAgeSeconds: 2_592_000,
} as const;
const COOKIES = [
  { ...COOKIE, name: 'X-Access-Token', maxAgeSeconds: 60 },
  { ...COOKIE, name: 'X-Refresh-Token' },
  { ...COOKIE, name: 'X-Username', secure: false },
];

/** A tRPC link that answers every call with the same timeline, without a server. */
const sameTimeline: TRPCLink<AppRouter> = () => () =>
  observable((observer) => {
    observer.next({ result: { type: 'data', data: { entries: ENTRIES, generation: 4 } } });
    observer.complete();
  });

/**
 * Shows the rows of the app's lists in the gallery, with the longest names that the server accepts.
 */
export function Lists() {
  const [queryClient] = useState(() => new QueryClient());
  const [client] = useState(() => createTRPCClient<AppRouter>({ links: [sameTimeline] }));
  return (
    <QueryClientProvider client={queryClient}>
      <trpc.Provider client={client} queryClient={queryClient}>
        <Kind
          title="Lists and tables"
          lead="A long name wraps inside its own column; ordinary words stay whole at every width."
        >
          <Specimen name="sessions: one, this browser">
            <ul className={CARD}>{SESSIONS.slice(0, 1).map(sessionRow)}</ul>
          </Specimen>
          <Specimen name="security events">
            <ol className={CARD}>
              {EVENTS.map((event) => (
                <EventRow
                  key={event.id}
                  event={event}
                  session={SESSIONS.find(({ id, current }) => id === event.sessionId && !current)}
                  onNotMe={ended}
                />
              ))}
            </ol>
          </Specimen>
          <Specimen name="sessions: several devices" wide>
            <ul className={CARD}>{SESSIONS.map(sessionRow)}</ul>
          </Specimen>
          <Specimen name="users" wide>
            <UsersTable
              users={USERS}
              sort={{ by: 'username', descending: false }}
              onSort={() => {}}
              onManage={ended}
            />
          </Specimen>
          <Specimen name="timeline of a session">
            <TimelineList entries={ENTRIES} />
          </Specimen>
          <Specimen name="cookies">
            <CookieTable cookies={COOKIES} />
          </Specimen>
          <Specimen name="text of a user, and an address">
            <p>
              <UserText>{LONG_NAME}</UserText> <Address>{DEVICES[2].ipAddress}</Address>
            </p>
          </Specimen>
        </Kind>
      </trpc.Provider>
    </QueryClientProvider>
  );
}

const ended = () => toast('Nothing has changed: there is no server here.');

function sessionRow(session: Session) {
  return <SessionRow key={session.id} session={session} now={NOW} onEnd={ended} onNotMe={ended} />;
}
