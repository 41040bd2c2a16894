import { useUser } from '@latchkey/react';
import { type FormEvent, type RefObject, useState } from 'react';
import * as adminUsers from '#messages/admin/users.ts';
import * as controls from '#messages/controls.ts';
import { Dialog } from '../../../components/dialog/dialog.tsx';
import { Notice } from '../../../components/feedback/notice.tsx';
import { Button } from '../../../components/form/button.tsx';
import { TextField } from '../../../components/form/text-field.tsx';
import { client } from '../../../lib/api.ts';
import type { ApiOutputs } from '../../../lib/trpc.ts';
import { useAdminAction } from '../use-admin-action.ts';
import { OneTimePassword } from './one-time-password.tsx';
import { actionsFor, otherRole, type UserAction } from './user-actions.ts';
import type { ListedUser } from './users-table.tsx';

interface ManageUserDialogProps {
  /** The dialog element, which `showModal()` opens. */
  ref: RefObject<HTMLDialogElement | null>;
  user: ListedUser | null;
}

interface Chosen {
  readonly user: ListedUser;
  readonly action: UserAction;
  readonly reason: string | undefined;
  readonly shownReason: string | undefined;
}

/** Sends an action. A rescue is answered with a one-time password. */
function send({ user, action, reason, shownReason }: Chosen): Promise<unknown> {
  const { admin } = client;
  const target = { userId: user.id, reason, ...(action.canTell && { shownReason }) };
  return action.name === 'setRole'
    ? admin.setRole.mutate({ ...target, role: otherRole(user) })
    : admin[action.name].mutate(target);
}

/**
 * Offers the actions on one user: each explains its effect first, and takes a reason for the audit
 * log.
 */
export function ManageUserDialog({ ref, user }: ManageUserDialogProps) {
  const { userId } = useUser();
  const [chosen, setChosen] = useState<UserAction['name'] | null>(null);
  const {
    action: mutation,
    refusal,
    passwordDialog,
  } = useAdminAction<Chosen>({
    send,
    done: ({ action: { done } }) => done,
    onDone: ({ action: { name } }) => name !== 'rescueUser' && ref.current?.close(),
  });
  const actions = user ? actionsFor(user, user.id === userId) : [];
  const rescued = oneTimePasswordIn(mutation.data);
  const current = actions.find(({ name }) => name === chosen);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const [reason, shownReason] = [textIn(data, 'reason'), textIn(data, 'shownReason')];
    if (user && current && !mutation.isPending)
      mutation.mutate({ user, action: current, reason, shownReason });
  }

  function closed() {
    setChosen(null);
    mutation.reset();
  }

  return (
    <>
      <Dialog ref={ref} title={user?.username ?? ''} onClose={closed}>
        {user && rescued ? (
          <OneTimePassword
            username={user.username}
            password={rescued.oneTimePassword}
            expiresAt={rescued.expiresAt}
            onClose={() => ref.current?.close()}
          />
        ) : (
          <form key={user?.id} onSubmit={submit} className="mt-4 flex flex-col gap-5">
            <fieldset className="flex flex-col gap-1.5">
              <legend className="sr-only">{adminUsers.actionLabel}</legend>
              {actions.map(({ name, label, meaning }) => (
                <label
                  key={name}
                  className="flex cursor-pointer items-baseline gap-3 rounded-control border border-line px-3.5 py-2.5 text-sm hover:border-line-strong has-checked:border-ink has-focus-visible:outline-2 has-focus-visible:outline-brass"
                >
                  <input
                    type="radio"
                    name="action"
                    value={name}
                    checked={chosen === name}
                    onChange={() => setChosen(name)}
                    className="accent-current"
                  />
                  <span>
                    <span className="font-medium">{label}</span>
                    {chosen === name && (
                      <span className="mt-0.5 block text-ink-soft">{meaning}</span>
                    )}
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
            {current?.canTell && (
              <TextField
                label={adminUsers.shownReason}
                name="shownReason"
                maxLength={500}
                autoComplete="off"
                hint={adminUsers.shownReasonHint}
              />
            )}
            {refusal && (
              <Notice look="danger" role="alert">
                {refusal}
              </Notice>
            )}
            <div className="flex flex-wrap justify-end gap-2.5">
              <Button onClick={() => ref.current?.close()}>{controls.cancel}</Button>
              <Button
                type="submit"
                look={current?.isDestructive ? 'danger' : 'primary'}
                pending={mutation.isPending || !current}
              >
                {mutation.isPending
                  ? adminUsers.pending
                  : (current?.label ?? adminUsers.chooseAction)}
              </Button>
            </div>
          </form>
        )}
      </Dialog>
      {passwordDialog}
    </>
  );
}

function textIn(data: FormData, name: string): string | undefined {
  const typed = data.get(name);
  return (typeof typed === 'string' && typed.trim()) || undefined;
}

type Rescued = ApiOutputs['admin']['rescueUser'];

/** Returns the answer of a rescue; null for the answer of another action. */
function oneTimePasswordIn(answer: unknown): Rescued | null {
  const isRescue = typeof answer === 'object' && answer !== null && 'oneTimePassword' in answer;
  return isRescue ? (answer as Rescued) : null;
}
