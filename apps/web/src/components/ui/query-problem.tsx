import { isUnreachable } from '@latchkey/react';
import { useState } from 'react';
import { Button } from './button.tsx';
import { Page } from './page.tsx';

interface QueryProblemProps {
  title: string;
  /** Null while asking again; the page then stays with what it said. */
  error: unknown;
  retry: () => void;
}

/** Stands where a page's data should be when it could not be had. */
export function QueryProblem({ title, error, retry }: QueryProblemProps) {
  const [last, setLast] = useState(error);
  if (error && error !== last) setLast(error);
  const unreachable = isUnreachable(last);
  return (
    <Page
      title={title}
      heading={unreachable ? 'The server is not answering' : 'Something went wrong on the server'}
      lead={
        unreachable
          ? 'You have not been signed out. This page asks again every few seconds and goes on as soon as there is an answer.'
          : 'It could not answer this page’s question. Nothing you did is lost.'
      }
    >
      <Button className="mt-8" onClick={retry}>
        Try again now
      </Button>
    </Page>
  );
}
