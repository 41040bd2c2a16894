import { type ReactNode, type Ref, useId } from 'react';

interface AccountSectionProps {
  /** The fragment of the section's address, for links to it. */
  fragment?: string;
  title: string;
  lead: string;
  /**
   * Receives the heading, for sections whose focused element may disappear: the heading then takes
   * the focus.
   */
  headingRef?: Ref<HTMLHeadingElement>;
  children: ReactNode;
}

/**
 * A section of the account page, with its title and lead on the left and its content on the right,
 * or below on narrow screens.
 */
export function AccountSection({
  fragment,
  title,
  lead,
  headingRef,
  children,
}: AccountSectionProps) {
  const id = useId();
  return (
    <section
      id={fragment}
      aria-labelledby={id}
      className="grid gap-x-10 gap-y-5 border-t border-line py-8 sm:py-10 lg:grid-cols-12"
    >
      <div className="lg:col-span-4">
        <h2 ref={headingRef} id={id} tabIndex={-1} className="font-semibold tracking-tight">
          {title}
        </h2>
        <p className="mt-1.5 max-w-[50ch] text-sm text-pretty text-ink-soft">{lead}</p>
      </div>
      <div className="min-w-0 lg:col-span-8">{children}</div>
    </section>
  );
}
