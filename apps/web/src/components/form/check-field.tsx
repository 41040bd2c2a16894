import type { ComponentProps } from 'react';

/** A labelled checkbox. */
export function CheckField({
  label,
  ...input
}: Omit<ComponentProps<'input'>, 'type'> & { label: string }) {
  return (
    <label className="flex min-h-6 cursor-pointer items-center gap-2.5 text-sm">
      <input {...input} type="checkbox" className="size-4 accent-brass" />
      {label}
    </label>
  );
}
