import type { ReactNode } from 'react';
import { formatExact } from '../../lib/format.ts';

interface InstantProps {
  /** The time to show, in milliseconds since the epoch. */
  at: number;
  children: ReactNode;
  className?: string;
}

/** A time in words, with the exact time as tooltip and in machine-readable form. */
export function Instant({ at, children, className }: InstantProps) {
  return (
    <time dateTime={new Date(at).toISOString()} title={formatExact(at)} className={className}>
      {children}
    </time>
  );
}
