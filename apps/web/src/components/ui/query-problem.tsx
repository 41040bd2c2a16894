import { isUnreachable } from '@latchkey/react';
import { useState } from 'react';
import * as controls from '#messages/controls.ts';
import * as failures from '#messages/failures.ts';
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
      heading={unreachable ? failures.unreachableTitle : failures.internalTitle}
      lead={unreachable ? failures.unreachableLead : failures.internalLead}
    >
      <Button className="mt-8" onClick={retry}>
        {controls.tryAgainNow}
      </Button>
    </Page>
  );
}
