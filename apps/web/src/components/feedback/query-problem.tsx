import { isUnreachable } from '@latchkey/react';
import { useState } from 'react';
import * as controls from '#messages/controls.ts';
import * as failures from '#messages/failures.ts';
import { Button } from '../form/button.tsx';
import { Page } from '../page/page.tsx';

interface QueryProblemProps {
  title: string;
  /** The error of the query; null during a retry, when the page keeps what it shows. */
  error: unknown;
  retry: () => void;
}

/** Replaces a page whose data could not be loaded. */
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
