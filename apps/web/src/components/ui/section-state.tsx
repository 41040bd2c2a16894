import { isUnreachable } from '@latchkey/react';
import * as controls from '#messages/controls.ts';
import * as failures from '#messages/failures.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';
import { Skeleton } from './skeleton.tsx';

interface SectionStateProps {
  /** What belongs here, as the subject of a sentence: `Your sessions`. */
  what: string;
  query: { readonly errorUpdateCount: number; readonly error: unknown; refetch(): unknown };
}

/** Stands where a part of a page has no data: still on its way, or not to be had. */
export function SectionState({ what, query }: SectionStateProps) {
  if (query.errorUpdateCount === 0)
    return (
      <div role="status">
        <span className="sr-only">{controls.loading}</span>
        <Skeleton className="h-20 w-full" />
        <Skeleton className="mt-2.5 h-20 w-full" />
      </div>
    );
  return (
    <Notice
      look="danger"
      role="alert"
      className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3"
    >
      {isUnreachable(query.error) ? failures.loadUnreachable(what) : failures.loadFailed(what)}
      <Button onClick={() => void query.refetch()}>{controls.tryAgain}</Button>
    </Notice>
  );
}
