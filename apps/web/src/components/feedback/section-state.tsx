import { isUnreachable } from '@latchkey/react';
import * as controls from '#messages/controls.ts';
import * as sectionFailures from '#messages/section-failures.ts';
import { Button } from '../form/button.tsx';
import { Notice } from './notice.tsx';
import { Skeleton } from './skeleton.tsx';

interface SectionStateProps {
  /** The name of the missing data, as the subject of a sentence: `Your sessions`. */
  subject: string;
  query: { readonly errorUpdateCount: number; readonly error: unknown; refetch(): unknown };
}

/** Replaces a part of a page whose data is loading or could not be loaded. */
export function SectionState({ subject, query }: SectionStateProps) {
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
      {isUnreachable(query.error)
        ? sectionFailures.loadUnreachable(subject)
        : sectionFailures.loadFailed(subject)}
      <Button onClick={() => void query.refetch()}>{controls.tryAgain}</Button>
    </Notice>
  );
}
