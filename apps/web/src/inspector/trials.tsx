import { useMutation } from '@tanstack/react-query';
import { Button } from '../components/ui/button.tsx';

const AT_ONCE = 10;

/** Three things to do to this session, each with what came of it. */
export function Trials({ disabled, theftWords }: { disabled: boolean; theftWords: string | null }) {
  const trial = useMutation({ mutationFn: (run: () => Promise<string>) => run(), networkMode: 'always', retry: false });
  const start = (run: () => Promise<string>) => () => trial.mutate(run);
  return (
    <>
      <fieldset className="inspector-trials" disabled={disabled}>
        <legend className="sr-only">Try this session</legend>
        <Button pending={trial.isPending} onClick={start(expire)}>
          Expire the access token
        </Button>
        <Button pending={trial.isPending} onClick={start(race)}>
          Race {AT_ONCE} requests
        </Button>
        <Button pending={trial.isPending} onClick={start(steal)}>
          Simulate theft
        </Button>
      </fieldset>
      <p role="status" className="inspector-hint">
        {trial.error?.message ?? trial.data}
      </p>
      {/* Counts down each second, which nobody wants to hear. */}
      {theftWords && <p className="inspector-theft">{theftWords}</p>}
    </>
  );
}

async function expire(): Promise<string> {
  const { dropped } = (await act('expire')) as { dropped: boolean };
  return dropped ? 'Forgotten. Use the page as if nothing were the matter.' : 'This very request renewed it. Try again.';
}

/** All begin without an access token. A browser sends six at a time to one server, so the last may already bring the one that the first were given. */
async function race(): Promise<string> {
  await act('expire');
  const statuses = await Promise.all(
    Array.from({ length: AT_ONCE }, () => fetch('/dashboard', { cache: 'no-store', headers: { accept: 'application/json' } }).then(({ status }) => status)),
  );
  const good = statuses.filter((status) => status === 200).length;
  return `${good} of ${AT_ONCE} were answered 200. One rotated; those beside it converged, and any the browser sent later already brought the new token.`;
}

async function steal(): Promise<string> {
  await act('theft');
  return 'A thief has this browser’s refresh token. Go on as you like.';
}

async function act(what: string): Promise<unknown> {
  const response = await fetch(`/__inspector/${what}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }).catch(() => null);
  if (!response) throw new Error('The server is not answering. Nothing was done.');
  const answer = (await response.json()) as { message?: string };
  if (!response.ok) throw new Error(`${answer.message ?? 'The server refused.'} (${response.status})`);
  return answer;
}
