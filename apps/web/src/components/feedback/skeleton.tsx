import * as controls from '#messages/controls.ts';

/**
 * A placeholder for loading content. It appears after a moment, so that a quick response does not
 * flicker.
 */
export function Skeleton({ className }: { className: string }) {
  return (
    <span
      aria-hidden
      className={`block animate-[appear_200ms_150ms_both,breathe_1.6s_350ms_infinite] rounded-control bg-line motion-reduce:opacity-60 ${className}`}
    />
  );
}

/** The placeholder of a whole page. */
export function PageSkeleton() {
  return (
    <div role="status">
      <span className="sr-only">{controls.loading}</span>
      <Skeleton className="h-9 w-56" />
      <Skeleton className="mt-4 h-5 w-full max-w-md" />
      <div className="mt-10 h-72 animate-[appear_200ms_150ms_both] rounded-card border border-line bg-surface" />
    </div>
  );
}
