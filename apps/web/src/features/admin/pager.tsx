import * as adminPage from '#messages/admin/page.tsx';
import { Button } from '../../components/form/button.tsx';

interface PagerProps {
  /** Opens the first page; absent on the first page. */
  onFirst?: (() => void) | undefined;
  /** Opens the next page; absent on the last page. */
  onNext?: (() => void) | undefined;
  /** Whether the search stopped before the page was full. */
  isPartial?: boolean;
  first?: string;
  next?: string;
}

/**
 * Shows buttons to the next and the first page of a list; the browser's Back goes back one page.
 */
export function Pager({
  onFirst,
  onNext,
  isPartial = false,
  first = adminPage.firstPage,
  next = adminPage.nextPage,
}: PagerProps) {
  return (
    <div className="flex flex-wrap items-center gap-2.5 print:hidden">
      {isPartial && <p className="w-full text-sm text-ink-soft">{adminPage.partial}</p>}
      {onFirst && <Button onClick={onFirst}>{first}</Button>}
      {onNext && <Button onClick={onNext}>{next}</Button>}
    </div>
  );
}
