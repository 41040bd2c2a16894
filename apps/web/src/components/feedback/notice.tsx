import type { ComponentProps } from 'react';

const LOOKS = {
  info: 'border-line bg-sunken text-ink-soft',
  danger: 'border-danger/40 bg-danger-wash text-danger',
};

/**
 * A sentence that the user must not miss. Give it `role="alert"` if it is the result of the user's
 * action.
 */
export function Notice({
  look = 'info',
  className = '',
  ...rest
}: ComponentProps<'div'> & { look?: keyof typeof LOOKS }) {
  return (
    <div
      {...rest}
      className={`rounded-control border px-3.5 py-2.5 text-sm ${LOOKS[look]} ${className}`}
    />
  );
}
