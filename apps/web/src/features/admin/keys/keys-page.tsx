import { useRef, useState } from 'react';
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
  'access-token': ['Access tokens', 'Signs what other services verify by the public keys.'],
  'refresh-token': ['Refresh tokens', 'Seals refresh tokens, so that a made-up one is refused without asking the store.'],
  'audit-seal': ['Audit log', 'Seals the audit log, so that tampering shows.'],
};
const STATES: Record<Key['state'], string> = {
  next: 'Next: public already, signs soon',
  current: 'Current: signs',
  retired: 'Retired: still verifies',
  gone: 'Gone: verifies nothing any more',
  removed: 'Taken out early',
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
    done: () => 'A new key is made. It signs once everybody has it.',
  });
  const remove = useAct<Key>({
    send: ({ kid }) => client.admin.removeKey.mutate({ kid }),
    done: () => 'The key is taken out: what it signed does not hold any more.',
  });
  const refusal = rollOver.refusal ?? remove.refusal;

  return (
    <Page title="Keys" lead="Keys roll over by themselves. Do it by hand when you want to be sure, or when one may have leaked.">
      {refusal && (
        <Notice look="danger" role="alert" className="mt-6">
          {refusal}
        </Notice>
      )}
      {!query.data && (
        <div className="mt-6">
          <SectionState what="The keys" query={query} />
        </div>
      )}
      {query.data &&
        (Object.keys(PURPOSES) as Purpose[]).map((name) => (
          <section key={name} aria-label={PURPOSES[name][0]} className="mt-8 border-t border-line pt-6">
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
                aria-label={`Roll over: ${PURPOSES[name][0]}`}
              >
                Roll over
              </Button>
            </div>
            <table className="table-stacked mt-4 w-full text-sm" aria-label={PURPOSES[name][0]}>
              <thead>
                <tr>
                  {['Key', 'State', 'Algorithm', 'Signs from', 'Verifies until'].map((head) => (
                    <th key={head} scope="col">
                      {head}
                    </th>
                  ))}
                  <th scope="col">
                    <span className="sr-only">Actions</span>
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
      <ConfirmDialog ref={rollOverDialog} title="Make a new key?" confirm="Make a new key" onConfirm={() => rollOver.act.mutate(purpose)}>
        A new key for {PURPOSES[purpose][0].toLowerCase()} is made and published now. It begins to sign in ten minutes, when every server and service has it.
        What the present key has signed goes on to hold: nobody is signed out.
      </ConfirmDialog>
      <ConfirmDialog ref={removeDialog} title="Take this key out?" confirm="Take it out" onConfirm={() => leaked && remove.act.mutate(leaked)}>
        For a key that may have leaked. Nothing it signed holds any more, from now on. People whose access token it signed are given a new one by their refresh
        token, and notice nothing.
      </ConfirmDialog>
      {rollOver.passwordDialog}
      {remove.passwordDialog}
    </Page>
  );
}

function KeyRow({ view, onRemove }: { view: Key; onRemove: () => void }) {
  const { kid, state, algorithm, signsFrom, verifiesUntil, removedAt } = view;
  const dead = state === 'gone' || state === 'removed';
  return (
    <tr className={dead ? 'text-ink-faint' : ''}>
      <td data-label="Key" className="font-mono text-[0.8125rem] wrap-anywhere">
        {kid}
      </td>
      <td data-label="State">{STATES[state]}</td>
      <td data-label="Algorithm">{algorithm}</td>
      <td data-label="Signs from">{signsFrom === null || signsFrom <= 0 ? 'The beginning' : <Instant at={signsFrom}>{formatMinute(signsFrom)}</Instant>}</td>
      <td data-label="Verifies until">
        {removedAt !== null ? (
          formatMinute(removedAt)
        ) : verifiesUntil === null ? (
          'No end yet'
        ) : (
          <Instant at={verifiesUntil}>{formatMinute(verifiesUntil)}</Instant>
        )}
      </td>
      <td className="sm:text-right">
        {!dead && (
          <Button look="quiet" onClick={onRemove} aria-label={`Take out ${kid}`}>
            Take out
          </Button>
        )}
      </td>
    </tr>
  );
}
