import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import * as accountNotices from '#messages/account/notices.ts';
import { Notice } from '../../components/feedback/notice.tsx';
import { Button } from '../../components/form/button.tsx';
import { formatMinute } from '../../lib/format.ts';
import { type ApiOutputs, trpc } from '../../lib/trpc.ts';

type AccountNotice = ApiOutputs['account']['notices'][number];

const ACTS = {
  administrator: accountNotices.signedOut,
  role_changed: accountNotices.roleChanged,
  user_disabled: accountNotices.disabled,
};

function describe({ kind, cause, at }: AccountNotice): string {
  const sentence = kind === 'reuse' ? accountNotices.reuse : ACTS[cause ?? 'administrator'];
  return sentence(formatMinute(at));
}

/** Shows what the user has to be told on every page, until they have dealt with it. */
export function AccountNotices() {
  const { data: notices = [] } = trpc.account.notices.useQuery();
  if (notices.length === 0) return null;
  return (
    <section aria-label={accountNotices.label} className="mb-8 flex flex-col gap-3">
      {notices.map((notice) => (
        <OneNotice key={notice.kind} notice={notice} />
      ))}
    </section>
  );
}

function OneNotice({ notice }: { notice: AccountNotice }) {
  const { kind, at, shownReason } = notice;
  const utils = trpc.useUtils();
  const dismissal = useMutation({
    mutationFn: () => utils.client.account.dismissNotice.mutate({ kind, at }),
    onSuccess: () => utils.account.notices.invalidate(),
  });
  return (
    <Notice look={kind === 'reuse' ? 'danger' : 'info'} className="flex flex-col gap-2">
      <p className="font-medium">{describe(notice)}</p>
      {shownReason !== null && <p>{accountNotices.shownReason(shownReason)}</p>}
      <div className="flex flex-wrap items-center gap-x-5 gap-y-2">
        {kind === 'reuse' && (
          <Link to="/account" hash="password" className="link">
            {accountNotices.changePassword}
          </Link>
        )}
        <Link to="/account" hash="events" className="link">
          {accountNotices.seeEvents}
        </Link>
        <Button
          look="quiet"
          className="-my-1 min-h-8"
          pending={dismissal.isPending}
          onClick={() => dismissal.mutate()}
        >
          {accountNotices.dismiss}
        </Button>
      </div>
      {dismissal.isError && <p role="alert">{accountNotices.notDismissed}</p>}
    </Notice>
  );
}
