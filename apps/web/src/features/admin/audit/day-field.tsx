import { useId } from 'react';

interface DayFieldProps {
  label: string;
  value: string | undefined;
  onDay: (day: string | undefined) => void;
}

/** A field for a date, whose value has the form `2026-11-24`. */
export function DayField({ label, value, onDay }: DayFieldProps) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-label">
        {label}
      </label>
      <input
        id={id}
        type="date"
        value={value ?? ''}
        onChange={(event) => onDay(event.target.value || undefined)}
        className="h-10 rounded-control border border-line-strong bg-surface px-2.5 text-sm text-ink hover:border-ink-faint"
      />
    </div>
  );
}
