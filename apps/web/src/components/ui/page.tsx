import { type ReactNode, useEffect, useRef } from 'react';
import { usePageTitle } from '../../lib/page-title.ts';

interface PageProps {
  /** For the browser's tab; also the heading unless `heading` says more. */
  title: string;
  heading?: ReactNode;
  lead?: ReactNode;
  children?: ReactNode;
  /** `false` for pages that put the focus somewhere themselves. */
  focusHeading?: boolean;
}

let loaded = false;

/**
 * Title, heading and lead of a page. After a move inside the app the heading takes the focus, as a
 * page load would have it, so that a screen reader says where one has come to.
 */
export function Page({ title, heading = title, lead, children, focusHeading = true }: PageProps) {
  const top = useRef<HTMLHeadingElement>(null);
  usePageTitle(title);
  useEffect(() => {
    if (loaded && focusHeading) top.current?.focus({ preventScroll: true });
    loaded = true;
  }, [focusHeading]);

  return (
    <>
      <h1 ref={top} tabIndex={-1} className="text-title wrap-anywhere">
        {heading}
      </h1>
      {lead && (
        <div className="mt-3 max-w-[62ch] wrap-anywhere text-pretty text-ink-soft">{lead}</div>
      )}
      {children}
    </>
  );
}
