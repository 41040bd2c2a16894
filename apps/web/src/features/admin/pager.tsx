import * as adminPage from '#messages/admin/page.tsx';
import { Button } from '../../components/form/button.tsx';

interface PagerProps {
  /** Opens the first page; absent on the first page. */
  onFirst?: (() => void) | undefined;
  /** Opens the next page; absent on the last page. */
  onNext?: (() => void) | undefined;
  first?: string;
  next?: string;
}

/**
 * Shows buttons to the next and the first page of a list; the browser's Back goes back one page.
 */
export function Pager({
  onFirst,
  onNext,
  first = adminPage.firstPage,
  next = adminPage.nextPage,
}: PagerProps) {
  return (
    <div className="flex gap-2.5 print:hidden">
      {onFirst && <Button onClick={onFirst}>{first}</Button>}
      {onNext && <Button onClick={onNext}>{next}</Button>}
    </div>
  );
}
