import { useRef, useState } from 'react';
import * as adminKeys from '#messages/admin/keys.ts';
import * as adminPage from '#messages/admin/page.tsx';
import { ConfirmDialog } from '../../../components/dialog/confirm-dialog.tsx';
import { Notice } from '../../../components/feedback/notice.tsx';
import { SectionState } from '../../../components/feedback/section-state.tsx';
import { Button } from '../../../components/form/button.tsx';
import { Page } from '../../../components/page/page.tsx';
import { Instant } from '../../../components/text/instant.tsx';
import { client } from '../../../lib/api.ts';
import { formatMinute } from '../../../lib/format.ts';
import { type ApiOutputs, trpc } from '../../../lib/trpc.ts';
import { useAdminAction } from '../use-admin-action.ts';

type Key = ApiOutputs['admin']['keys'][number];
type Purpose = Key['purpose'];

const PURPOSES: Record<Purpose, readonly [title: string, meaning: string]> = {
  'access-token': [adminKeys.accessTokens, adminKeys.accessTokensPurpose],
  'refresh-token': [adminKeys.refreshTokens, adminKeys.refreshTokensPurpose],
};
const STATUSES: Record<Key['status'], string> = {
  next: adminKeys.statusNext,
  current: adminKeys.statusCurrent,
  retired: adminKeys.statusRetired,
  expired: adminKeys.statusExpired,
  revoked: adminKeys.statusRevoked,
};

/** Lists the keys with their status and dates, without the key material. */
export function KeysPage() {
  const query = trpc.admin.keys.useQuery();
  const [purpose, setPurpose] = useState<Purpose>('access-token');
  const [leaked, setLeaked] = useState<Key | null>(null);
  const rotateDialog = useRef<HTMLDialogElement>(null);
  const revokeDialog = useRef<HTMLDialogElement>(null);
  const rotate = useAdminAction<Purpose>({
    send: (chosen) => client.admin.rotateKeys.mutate({ purpose: chosen }),
    done: () => adminKeys.rotated,
  });
  const revoke = useAdminAction<Key>({
    send: ({ kid }) => client.admin.removeKey.mutate({ kid }),
    done: () => adminKeys.revoked,
  });
  const refusal = rotate.refusal ?? revoke.refusal;

  return (
    <Page title={adminKeys.title} lead={adminKeys.lead}>
      {refusal && (
        <Notice look="danger" role="alert" className="mt-6">
          {refusal}
        </Notice>
      )}
      {!query.data && (
        <div className="mt-6">
          <SectionState subject={adminKeys.subject} query={query} />
        </div>
      )}
      {query.data &&
        (Object.keys(PURPOSES) as Purpose[]).map((name) => (
          <section
            key={name}
            aria-label={PURPOSES[name][0]}
            className="mt-8 border-t border-line pt-6"
          >
            <div className="flex flex-wrap items-start justify-between gap-3">
              <div>
                <h2 className="font-semibold tracking-tight">{PURPOSES[name][0]}</h2>
                <p className="mt-1 text-sm text-ink-soft">{PURPOSES[name][1]}</p>
              </div>
              <Button
                onClick={() => {
                  setPurpose(name);
                  rotateDialog.current?.showModal();
                }}
                aria-label={adminKeys.rotateLabel(PURPOSES[name][0])}
              >
                {adminKeys.rotate}
              </Button>
            </div>
            <table className="table-stacked mt-4 w-full text-sm" aria-label={PURPOSES[name][0]}>
              <thead>
                <tr>
                  {[
                    adminKeys.key,
                    adminKeys.status,
                    adminKeys.algorithm,
                    adminKeys.signsFrom,
                    adminKeys.verifiesUntil,
                  ].map((head) => (
                    <th key={head} scope="col">
                      {head}
                    </th>
                  ))}
                  <th scope="col">
                    <span className="sr-only">{adminPage.actions}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {query.data
                  .filter((key) => key.purpose === name)
                  .map((key) => (
                    <KeyRow
                      key={key.kid}
                      view={key}
                      onRevoke={() => {
                        setLeaked(key);
                        revokeDialog.current?.showModal();
                      }}
                    />
                  ))}
              </tbody>
            </table>
          </section>
        ))}
      <ConfirmDialog
        ref={rotateDialog}
        title={adminKeys.rotateTitle}
        confirm={adminKeys.rotateConfirm}
        onConfirm={() => rotate.action.mutate(purpose)}
      >
        {adminKeys.rotateLead(PURPOSES[purpose][0])}
      </ConfirmDialog>
      <ConfirmDialog
        ref={revokeDialog}
        title={adminKeys.revokeTitle}
        confirm={adminKeys.revokeConfirm}
        onConfirm={() => leaked && revoke.action.mutate(leaked)}
      >
        {adminKeys.revokeLead}
      </ConfirmDialog>
      {rotate.passwordDialog}
      {revoke.passwordDialog}
    </Page>
  );
}

function KeyRow({ view, onRevoke }: { view: Key; onRevoke: () => void }) {
  const { kid, status, algorithm, signsFrom, verifiesUntil, revokedAt } = view;
  const isUnusable = status === 'expired' || status === 'revoked';
  return (
    <tr className={isUnusable ? 'text-ink-faint' : ''}>
      <td
        data-label={adminKeys.key}
        translate="no"
        className="font-mono text-[0.8125rem] wrap-anywhere"
      >
        {kid}
      </td>
      <td data-label={adminKeys.status}>{STATUSES[status]}</td>
      <td data-label={adminKeys.algorithm}>{algorithm}</td>
      <td data-label={adminKeys.signsFrom}>
        {signsFrom === null || signsFrom <= 0 ? (
          adminKeys.noStart
        ) : (
          <Instant at={signsFrom}>{formatMinute(signsFrom)}</Instant>
        )}
      </td>
      <td data-label={adminKeys.verifiesUntil}>
        {revokedAt !== null ? (
          formatMinute(revokedAt)
        ) : verifiesUntil === null ? (
          adminKeys.noEnd
        ) : (
          <Instant at={verifiesUntil}>{formatMinute(verifiesUntil)}</Instant>
        )}
      </td>
      <td className="sm:text-right">
        {!isUnusable && (
          <Button look="quiet" onClick={onRevoke} aria-label={adminKeys.revokeLabel(kid)}>
            {adminKeys.revoke}
          </Button>
        )}
      </td>
    </tr>
  );
}
