import { type ComponentProps, useId } from 'react';

interface SelectFieldProps extends ComponentProps<'select'> {
  label: string;
  options: readonly (readonly [value: string, label: string])[];
}

/** A labelled select element. */
export function SelectField({ label, options, className = '', ...select }: SelectFieldProps) {
  const id = useId();
  return (
    <div className={`flex flex-col gap-1.5 ${className}`}>
      <label htmlFor={id} className="text-label">
        {label}
      </label>
      <select
        {...select}
        id={id}
        className="h-10 rounded-control border border-line-strong bg-surface px-2.5 text-sm text-ink hover:border-ink-faint"
      >
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}
