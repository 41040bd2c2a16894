import { type FormEvent, type RefObject, useState } from 'react';
import * as adminUsers from '#messages/admin/users.ts';
import * as controls from '#messages/controls.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog } from '../../../components/ui/dialog.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import { TextField } from '../../../components/ui/text-field.tsx';
import { client } from '../../../lib/api.ts';
import { useAct } from '../use-act.ts';
import { actsFor, otherRole, type UserAct } from './acts.ts';
import type { ListedUser } from './users-table.tsx';

interface ManageUserDialogProps {
  /** Open it with `showModal()`. */
  ref: RefObject<HTMLDialogElement | null>;
  user: ListedUser | null;
}

interface Chosen {
  readonly user: ListedUser;
  readonly act: UserAct;
  readonly reason: string | undefined;
}

function send({ user, act, reason }: Chosen): Promise<unknown> {
  const { admin } = client;
  const about = { userId: user.id, reason };
  return act.name === 'setRole'
    ? admin.setRole.mutate({ ...about, role: otherRole(user) })
    : admin[act.name].mutate(about);
}

/**
 * What an administrator may do to one user: each act says what it means before it is done, and
 * takes a reason for the audit log.
 */
export function ManageUserDialog({ ref, user }: ManageUserDialogProps) {
  const [chosen, setChosen] = useState<UserAct['name'] | null>(null);
  const { act, refusal, passwordDialog } = useAct<Chosen>({
    send,
    done: ({ act: { done } }) => done,
    onDone: () => ref.current?.close(),
  });
  const acts = user ? actsFor(user) : [];
  const current = acts.find(({ name }) => name === chosen);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const typed = new FormData(event.currentTarget).get('reason');
    const reason = typeof typed === 'string' ? typed.trim() : '';
    if (user && current && !act.isPending)
      act.mutate({ user, act: current, reason: reason || undefined });
  }

  function closed() {
    setChosen(null);
    act.reset();
  }

  return (
    <>
      <Dialog ref={ref} title={user?.username ?? ''} onClose={closed}>
        <form key={user?.id} onSubmit={submit} className="mt-4 flex flex-col gap-5">
          <fieldset className="flex flex-col gap-1.5">
            <legend className="sr-only">{adminUsers.actionLabel}</legend>
            {acts.map(({ name, label, meaning }) => (
              <label
                key={name}
                className="flex cursor-pointer items-baseline gap-3 rounded-control border border-line px-3.5 py-2.5 text-sm hover:border-line-strong has-checked:border-ink has-focus-visible:outline-2 has-focus-visible:outline-brass"
              >
                <input
                  type="radio"
                  name="act"
                  value={name}
                  checked={chosen === name}
                  onChange={() => setChosen(name)}
                  className="accent-current"
                />
                <span>
                  <span className="font-medium">{label}</span>
                  {chosen === name && <span className="mt-0.5 block text-ink-soft">{meaning}</span>}
                </span>
              </label>
            ))}
          </fieldset>
          <TextField
            label={adminUsers.reason}
            name="reason"
            maxLength={500}
            autoComplete="off"
            hint={adminUsers.reasonHint}
          />
          {refusal && (
            <Notice look="danger" role="alert">
              {refusal}
            </Notice>
          )}
          <div className="flex flex-wrap justify-end gap-2.5">
            <Button onClick={() => ref.current?.close()}>{controls.cancel}</Button>
            <Button
              type="submit"
              look={current?.grave ? 'danger' : 'primary'}
              pending={act.isPending || !current}
            >
              {act.isPending ? adminUsers.pending : (current?.label ?? adminUsers.chooseAction)}
            </Button>
          </div>
        </form>
      </Dialog>
      {passwordDialog}
    </>
  );
}
