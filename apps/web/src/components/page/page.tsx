import { type ReactNode, useEffect, useRef } from 'react';
import { usePageTitle } from '../../lib/navigation/page-title.ts';

interface PageProps {
  /** The title of the document, and the heading unless `heading` is given. */
  title: string;
  heading?: ReactNode;
  lead?: ReactNode;
  children?: ReactNode;
  /** Whether the heading takes the focus; `false` for pages that set the focus themselves. */
  focusHeading?: boolean;
}

let hasLoaded = false;

/**
 * Shows the title, the heading and the lead of a page. After a navigation inside the app the
 * heading takes the focus, so that a screen reader announces the new page.
 */
export function Page({ title, heading = title, lead, children, focusHeading = true }: PageProps) {
  const headingRef = useRef<HTMLHeadingElement>(null);
  usePageTitle(title);
  useEffect(() => {
    if (hasLoaded && focusHeading) headingRef.current?.focus({ preventScroll: true });
    hasLoaded = true;
  }, [focusHeading]);

  return (
    <>
      <h1 ref={headingRef} tabIndex={-1} className="text-title wrap-anywhere">
        {heading}
      </h1>
      {lead && (
        <div className="mt-3 max-w-[62ch] wrap-anywhere text-pretty text-ink-soft">{lead}</div>
      )}
      {children}
    </>
  );
}
