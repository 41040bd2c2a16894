import { type ComponentProps, type ReactNode, useId } from 'react';

export interface TextFieldProps extends ComponentProps<'input'> {
  label: string;
  /** The fault of the field's value, as a sentence. */
  error?: string | undefined;
  hint?: ReactNode;
  /** A control at the end of the field, such as a show-password toggle. */
  action?: ReactNode;
}

/** A labelled text field whose hint and error are linked to it for assistive technology. */
export function TextField({ label, error, hint, action, ...input }: TextFieldProps) {
  const id = useId();
  const describedBy = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ');
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <div className="relative">
        <input
          {...input}
          id={id}
          aria-invalid={error ? true : undefined}
          aria-describedby={describedBy || undefined}
          className={`h-11 w-full rounded-control border bg-surface px-3 text-base text-ink ${action ? 'pr-12' : ''} ${
            error ? 'border-danger' : 'border-line-strong hover:border-ink-faint'
          } focus-visible:outline-offset-0`}
        />
        {action && <div className="absolute inset-y-0 right-1 flex items-center">{action}</div>}
      </div>
      {error && (
        <p id={`${id}-error`} className="text-sm text-danger">
          {error}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className="text-sm text-ink-soft">
          {hint}
        </p>
      )}
    </div>
  );
}
