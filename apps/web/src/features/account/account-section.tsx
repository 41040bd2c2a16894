import { type ReactNode, type Ref, useId } from 'react';

interface AccountSectionProps {
  title: string;
  lead: string;
  /** Given where the focus may have to come back to the heading, once what had it is gone. */
  headingRef?: Ref<HTMLHeadingElement>;
  children: ReactNode;
}

/**
 * One part of the account page: what it is about on the left, the thing itself on the right, or
 * below where there is no room.
 */
export function AccountSection({ title, lead, headingRef, children }: AccountSectionProps) {
  const id = useId();
  return (
    <section
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
