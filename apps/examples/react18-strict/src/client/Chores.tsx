import { RequireRole, useSessionControl, useUser } from '@latchkey/react';
import type { FormEvent } from 'react';
import { trpc } from './trpc';

export function Chores() {
  const { username } = useUser();
  const { signedOut } = useSessionControl();
  const utils = trpc.useUtils();
  const chores = trpc.chores.useQuery();
  const refetch = { onSuccess: () => utils.chores.invalidate() };
  const add = trpc.addChore.useMutation(refetch);
  const signOut = { onSuccess: () => signedOut() };
  const logout = trpc.auth.logout.useMutation(signOut);
  const logoutEverywhere = trpc.auth.logoutEverywhere.useMutation(signOut);
  const toggle = trpc.toggleChore.useMutation(refetch);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    add.mutate({ title: new FormData(event.currentTarget).get('title') as string });
    event.currentTarget.reset();
  };

  return (
    <main>
      <h1>Hi {username}</h1>
      <button type="button" onClick={() => logout.mutate()}>
        Sign out
      </button>
      <button type="button" onClick={() => logoutEverywhere.mutate()}>
        Sign out everywhere
      </button>
      <form onSubmit={submit}>
        <input name="title" aria-label="Chore" />
        <button type="submit">Add</button>
      </form>
      <ul>
        {chores.data?.map(({ id, title, done }) => (
          <li key={id}>
            <label>
              <input type="checkbox" checked={done} onChange={() => toggle.mutate({ id })} />
              {title}
            </label>
          </li>
        ))}
      </ul>
      <RequireRole needs="admin">
        <Members />
      </RequireRole>
    </main>
  );
}

function Members() {
  const members = trpc.members.useQuery();
  return (
    <section>
      <h2>Members</h2>
      <p>{members.data?.map(({ name }) => name).join(', ')}</p>
    </section>
  );
}
