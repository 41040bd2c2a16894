import { useLatchkey } from '@latchkey/react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import * as controls from '#messages/controls.ts';
import * as shell from '#messages/shell.ts';
import { Button } from '../../components/form/button.tsx';
import { Page } from '../../components/page/page.tsx';
import type { LazyPart } from '../../lib/lazy/lazy-part.ts';
import { reloadForNewVersion } from '../../lib/lazy/new-version.ts';
import type { PartFailure } from '../../lib/lazy/part-files.ts';

interface NotArrivedPageProps {
  part: LazyPart<unknown>;
  failure: PartFailure;
}

/** Replaces a page whose code did not arrive, until it is loaded. */
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
 * Loads a part of the app when the browser is online or the server responds again. It queries the
 * session to find out; without a response, the connection banner keeps querying.
 */
function useLoadOnceReachable(part: LazyPart<unknown>, failure: PartFailure): void {
  const queryClient = useQueryClient();
  const { connection, sessionKey } = useLatchkey();
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
  }, [connection, failure, part, queryClient, sessionKey]);
}
