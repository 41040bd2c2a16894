import { useRef, useState } from 'react';
import * as messages from '#messages/admin-keys.ts';
import { Button } from '../../../components/ui/button.tsx';
import { ConfirmDialog } from '../../../components/ui/confirm-dialog.tsx';
import { Instant } from '../../../components/ui/instant.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import { Page } from '../../../components/ui/page.tsx';
import { SectionState } from '../../../components/ui/section-state.tsx';
import { client } from '../../../lib/api.ts';
import { formatMinute } from '../../../lib/format.ts';
import { type ApiOutputs, trpc } from '../../../lib/trpc.ts';
import { useAct } from '../use-act.ts';

type Key = ApiOutputs['admin']['keys'][number];
type Purpose = Key['purpose'];

const PURPOSES: Record<Purpose, readonly [title: string, meaning: string]> = {
  'access-token': [messages.accessTokens, messages.signsWhatOtherServicesVerify],
  'refresh-token': [messages.refreshTokens, messages.sealsRefreshTokensSoThat],
};
const STATUSES: Record<Key['status'], string> = {
  next: messages.nextPublicAlreadySignsSoon,
  current: messages.currentSigns,
  retired: messages.retiredStillVerifies,
  expired: messages.goneVerifiesNothingAnyMore,
  revoked: messages.takenOutEarly,
};

/** The keys that sign and seal, never the keys themselves. */
export function KeysPage() {
  const query = trpc.admin.keys.useQuery();
  const [purpose, setPurpose] = useState<Purpose>('access-token');
  const [leaked, setLeaked] = useState<Key | null>(null);
  const rollOverDialog = useRef<HTMLDialogElement>(null);
  const removeDialog = useRef<HTMLDialogElement>(null);
  const rollOver = useAct<Purpose>({
    send: (chosen) => client.admin.rollOverKeys.mutate({ purpose: chosen }),
    done: () => messages.aNewKeyIsMade,
  });
  const remove = useAct<Key>({
    send: ({ kid }) => client.admin.removeKey.mutate({ kid }),
    done: () => messages.theKeyIsTakenOut,
  });
  const refusal = rollOver.refusal ?? remove.refusal;

  return (
    <Page title={messages.keys} lead={messages.keysRollOverByThemselves}>
      {refusal && (
        <Notice look="danger" role="alert" className="mt-6">
          {refusal}
        </Notice>
      )}
      {!query.data && (
        <div className="mt-6">
          <SectionState what={messages.theKeys} query={query} />
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
                  rollOverDialog.current?.showModal();
                }}
                aria-label={messages.rollOverOf(PURPOSES[name][0])}
              >
                {messages.rollOver}
              </Button>
            </div>
            <table className="table-stacked mt-4 w-full text-sm" aria-label={PURPOSES[name][0]}>
              <thead>
                <tr>
                  {[
                    messages.key,
                    messages.state,
                    messages.algorithm,
                    messages.signsFrom,
                    messages.verifiesUntil,
                  ].map((head) => (
                    <th key={head} scope="col">
                      {head}
                    </th>
                  ))}
                  <th scope="col">
                    <span className="sr-only">{messages.actions}</span>
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
                      onRemove={() => {
                        setLeaked(key);
                        removeDialog.current?.showModal();
                      }}
                    />
                  ))}
              </tbody>
            </table>
          </section>
        ))}
      <ConfirmDialog
        ref={rollOverDialog}
        title={messages.makeANewKeyTitle}
        confirm={messages.makeANewKey}
        onConfirm={() => rollOver.act.mutate(purpose)}
      >
        {messages.newKeyExplained(PURPOSES[purpose][0])}
      </ConfirmDialog>
      <ConfirmDialog
        ref={removeDialog}
        title={messages.takeThisKeyOut}
        confirm={messages.takeItOut}
        onConfirm={() => leaked && remove.act.mutate(leaked)}
      >
        {messages.forAKeyThatMay}
      </ConfirmDialog>
      {rollOver.passwordDialog}
      {remove.passwordDialog}
    </Page>
  );
}

function KeyRow({ view, onRemove }: { view: Key; onRemove: () => void }) {
  const { kid, status, algorithm, signsFrom, verifiesUntil, revokedAt } = view;
  const dead = status === 'expired' || status === 'revoked';
  return (
    <tr className={dead ? 'text-ink-faint' : ''}>
      <td data-label={messages.key} className="font-mono text-[0.8125rem] wrap-anywhere">
        {kid}
      </td>
      <td data-label={messages.state}>{STATUSES[status]}</td>
      <td data-label={messages.algorithm}>{algorithm}</td>
      <td data-label={messages.signsFrom}>
        {signsFrom === null || signsFrom <= 0 ? (
          messages.theBeginning
        ) : (
          <Instant at={signsFrom}>{formatMinute(signsFrom)}</Instant>
        )}
      </td>
      <td data-label={messages.verifiesUntil}>
        {revokedAt !== null ? (
          formatMinute(revokedAt)
        ) : verifiesUntil === null ? (
          messages.noEndYet
        ) : (
          <Instant at={verifiesUntil}>{formatMinute(verifiesUntil)}</Instant>
        )}
      </td>
      <td className="sm:text-right">
        {!dead && (
          <Button look="quiet" onClick={onRemove} aria-label={messages.takeOutKey(kid)}>
            {messages.takeOut}
          </Button>
        )}
      </td>
    </tr>
  );
}
