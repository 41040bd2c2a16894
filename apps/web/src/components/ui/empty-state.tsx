import type { ReactNode } from 'react';

/** Stands where a list has nothing to show: what will appear, and how. */
export function EmptyState({ children }: { children: ReactNode }) {
  return (
    <p className="rounded-card border border-line bg-surface px-5 py-8 text-center text-sm text-pretty text-ink-soft">
      {children}
    </p>
  );
}
