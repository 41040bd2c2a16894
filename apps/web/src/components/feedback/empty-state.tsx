import type { ReactNode } from 'react';

/** Replaces an empty list by a sentence that says what will appear, and when. */
export function EmptyState({ children }: { children: ReactNode }) {
  return (
    <p className="rounded-card border border-line bg-surface px-5 py-8 text-center text-sm text-pretty text-ink-soft">
      {children}
    </p>
  );
}
