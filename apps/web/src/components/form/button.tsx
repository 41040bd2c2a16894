import type { ComponentProps } from 'react';

const LOOKS = {
  primary: 'bg-ink text-canvas hover:bg-ink-soft',
  secondary: 'border border-line bg-surface text-ink hover:border-line-strong',
  danger: 'bg-danger text-canvas hover:opacity-90',
  quiet: 'text-ink-soft hover:bg-sunken hover:text-ink',
};

const SHAPE =
  'inline-flex min-h-10 items-center justify-center gap-2 rounded-control px-4 text-sm ' +
  'font-medium whitespace-nowrap transition-[background-color,border-color,color] duration-150 ' +
  'aria-disabled:cursor-default aria-disabled:opacity-60';

export interface ButtonProps extends ComponentProps<'button'> {
  look?: keyof typeof LOOKS;
  /**
   * Whether the button's action is pending: the button then keeps its focus, is announced as
   * disabled, and ignores presses.
   */
  pending?: boolean;
}

export function Button({
  look = 'secondary',
  pending = false,
  className = '',
  type = 'button',
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      aria-disabled={pending || undefined}
      onClick={pending ? (event) => event.preventDefault() : onClick}
      className={`${SHAPE} ${LOOKS[look]} ${className}`}
    />
  );
}

/** Returns the class names of a button, for links that look like one. */
export function buttonClass(look: keyof typeof LOOKS): string {
  return `${SHAPE} ${LOOKS[look]}`;
}
