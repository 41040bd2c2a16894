import { isUnreachable, reasonOf } from '@latchkey/react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import * as accountSessions from '#messages/account/sessions.ts';
import { describeDevice } from '../../../lib/device.ts';
import { type ApiOutputs, trpc } from '../../../lib/trpc.ts';
import { SESSIONS_INPUT } from './use-sessions.ts';

export type Session = ApiOutputs['account']['sessions']['sessions'][number];

/** The sessions to end: one, or all but the current one. */
type Target = Session | 'others';

export type EndSessions = ReturnType<typeof useEndSessions>;

const KEY = ['end-sessions'];

type Sessions = ReturnType<
  ReturnType<typeof trpc.useUtils>['account']['sessions']['getInfiniteData']
>;

/** Returns the loaded pages with only the sessions that are kept. */
const keep = (pages: Sessions, isKept: (session: Session) => boolean): Sessions =>
  pages && {
    ...pages,
    pages: pages.pages.map((page) => ({ ...page, sessions: page.sessions.filter(isKept) })),
  };

const isTarget = (target: Target, session: Session) =>
  target === 'others' ? !session.current : session.id === target.id;

/**
 * Ends other sessions of the user. They leave the list at once, and return to it if the server did
 * not end them.
 *
 * @returns `end`, and the result of the last attempt
 */
export function useEndSessions() {
  const queryClient = useQueryClient();
  const { account, client } = trpc.useUtils();
  const [result, setResult] = useState<{ failed: boolean; text: string } | null>(null);

  const { mutate: end } = useMutation({
    mutationKey: KEY,
    mutationFn: async (target: Target) => {
      if (target === 'others') await client.account.revokeOtherSessions.mutate();
      else await client.account.revokeSession.mutate({ sessionId: target.id });
    },
    async onMutate(target) {
      setResult(null);
      await account.sessions.cancel();
      const before = account.sessions.getInfiniteData(SESSIONS_INPUT);
      account.sessions.setInfiniteData(SESSIONS_INPUT, (now) => {
        const left = keep(now, (session) => !isTarget(target, session));
        return left && target === 'others'
          ? { ...left, pages: left.pages.map((page) => ({ ...page, nextCursor: null })) }
          : left;
      });
      return before;
    },
    onSuccess: (_done, target) => setResult({ failed: false, text: describeEnd(target) }),
    onError(error, target, before) {
      if (reasonOf(error) === 'not_found')
        return setResult({ failed: false, text: accountSessions.alreadyEnded });
      // Restores only the sessions that this attempt removed, because another attempt may have
      // removed others in the meantime.
      account.sessions.setInfiniteData(SESSIONS_INPUT, (now) => {
        const listed = new Set(now?.pages.flatMap(({ sessions }) => sessions.map(({ id }) => id)));
        return keep(before, (session) => isTarget(target, session) || listed.has(session.id));
      });
      setResult({ failed: true, text: describeFailure(error, target) });
    },
    async onSettled() {
      // Does not reload while another attempt is pending: the server would still list the sessions
      // that it is ending.
      if (queryClient.isMutating({ mutationKey: KEY }) > 1) return;
      await Promise.all([account.sessions.invalidate(), account.securityEvents.invalidate()]);
    },
  });

  return { end, result };
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
