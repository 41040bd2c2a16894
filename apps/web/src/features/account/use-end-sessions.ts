import { isUnreachable, reasonOf } from '@latchkey/react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import * as accountSessions from '#messages/account/sessions.ts';
import { type ApiOutputs, trpc } from '../../lib/trpc.ts';
import { describeDevice } from './device.ts';
import { SESSIONS } from './use-sessions.ts';

export type Session = ApiOutputs['account']['sessions']['sessions'][number];

/** One session, or all but this one. */
type Target = Session | 'others';

export type EndSessions = ReturnType<typeof useEndSessions>;

const KEY = ['end-sessions'];

type Sessions = ReturnType<
  ReturnType<typeof trpc.useUtils>['account']['sessions']['getInfiniteData']
>;

/** The same pages with fewer sessions. */
const keep = (pages: Sessions, isKept: (session: Session) => boolean): Sessions =>
  pages && {
    ...pages,
    pages: pages.pages.map((page) => ({ ...page, sessions: page.sessions.filter(isKept) })),
  };

const isMeant = (target: Target, session: Session) =>
  target === 'others' ? !session.current : session.id === target.id;

/**
 * Ends sessions on other devices. They leave the list at once, and come back if the server did not
 * end them.
 *
 * @returns how to, and what came of the last attempt
 */
export function useEndSessions() {
  const queryClient = useQueryClient();
  const { account, client } = trpc.useUtils();
  const [outcome, setOutcome] = useState<{ failed: boolean; text: string } | null>(null);

  const { mutate: end } = useMutation({
    mutationKey: KEY,
    mutationFn: async (target: Target) => {
      if (target === 'others') await client.account.revokeOtherSessions.mutate();
      else await client.account.revokeSession.mutate({ sessionId: target.id });
    },
    async onMutate(target) {
      setOutcome(null);
      await account.sessions.cancel();
      const before = account.sessions.getInfiniteData(SESSIONS);
      account.sessions.setInfiniteData(SESSIONS, (now) => {
        const left = keep(now, (session) => !isMeant(target, session));
        return left && target === 'others'
          ? { ...left, pages: left.pages.map((page) => ({ ...page, nextCursor: null })) }
          : left;
      });
      return before;
    },
    onSuccess: (_done, target) => setOutcome({ failed: false, text: describeEnd(target) }),
    onError(error, target, before) {
      if (reasonOf(error) === 'not_found')
        return setOutcome({ failed: false, text: accountSessions.alreadyEnded });
      // Another attempt may have removed others meanwhile: only what this one took out goes back.
      account.sessions.setInfiniteData(SESSIONS, (now) => {
        const listed = new Set(now?.pages.flatMap(({ sessions }) => sessions.map(({ id }) => id)));
        return keep(before, (session) => isMeant(target, session) || listed.has(session.id));
      });
      setOutcome({ failed: true, text: describeFailure(error, target) });
    },
    async onSettled() {
      // Asked while another attempt is under way, the server would still list what that one is
      // about to end.
      if (queryClient.isMutating({ mutationKey: KEY }) > 1) return;
      await Promise.all([account.sessions.invalidate(), account.securityEvents.invalidate()]);
    },
  });

  return { end, outcome };
}

function describeEnd(target: Target): string {
  return target === 'others'
    ? accountSessions.othersSignedOut
    : accountSessions.signedOut(describeDevice(target) ?? accountSessions.theSession);
}

function describeFailure(error: unknown, target: Target): string {
  if (target === 'others')
    return isUnreachable(error)
      ? accountSessions.signOutOthersUnreachable
      : accountSessions.signOutOthersFailed;
  const device = describeDevice(target) ?? accountSessions.theSession;
  return isUnreachable(error)
    ? accountSessions.signOutUnreachable(device)
    : accountSessions.signOutFailed(device);
}
