import { sessionKey, useLatchkey } from '@latchkey/react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import * as controls from '#messages/controls.ts';
import * as shell from '#messages/shell.ts';
import { Button } from '../../components/ui/button.tsx';
import { Page } from '../../components/ui/page.tsx';
import type { LazyPart } from '../../lib/lazy-part.ts';
import { reloadForNewVersion } from '../../lib/new-version.ts';
import type { PartFailure } from '../../lib/part-files.ts';

interface NotArrivedPageProps {
  part: LazyPart<unknown>;
  failure: PartFailure;
}

/** Stands in for a page whose code did not arrive, until it does. */
export function NotArrivedPage({ part, failure }: NotArrivedPageProps) {
  const [trying, setTrying] = useState(false);
  useLoadOnceReachable(part, failure);
  useEffect(() => {
    if (failure === 'missing') reloadForNewVersion();
  }, [failure]);

  async function tryAgain() {
    setTrying(true);
    await part.load();
    setTrying(false);
  }

  return (
    <div className="pt-4 sm:pt-14">
      <Page
        title={shell.notLoadedTitle}
        lead={failure === 'missing' ? shell.notLoadedMissing : shell.notLoadedUnreachable}
      >
        {failure === 'missing' ? (
          <Button look="primary" className="mt-8" onClick={() => window.location.reload()}>
            {shell.reload}
          </Button>
        ) : (
          <Button look="primary" className="mt-8" pending={trying} onClick={() => void tryAgain()}>
            {controls.tryAgain}
          </Button>
        )}
      </Page>
    </div>
  );
}

/**
 * Loads the part as soon as the browser is online or the server answers again. To find out, the
 * session is asked for: without an answer, the connection banner goes on asking.
 */
function useLoadOnceReachable(part: LazyPart<unknown>, failure: PartFailure): void {
  const queryClient = useQueryClient();
  const { connection } = useLatchkey();
  useEffect(() => {
    if (failure !== 'unreachable') return;
    const loadIfAnswered = () => {
      if (connection.get() === 'ok') void part.load();
    };
    const load = () => void part.load();
    const leave = connection.subscribe(loadIfAnswered);
    window.addEventListener('online', load);
    void queryClient.refetchQueries({ queryKey: sessionKey }).then(loadIfAnswered);
    return () => {
      leave();
      window.removeEventListener('online', load);
    };
  }, [connection, failure, part, queryClient]);
}
