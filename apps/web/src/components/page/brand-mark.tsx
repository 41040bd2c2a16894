/** The logo: a plate with a keyhole. */
export function BrandMark({ className = 'h-6' }: { className?: string }) {
  return (
    <svg viewBox="0 0 26 30" aria-hidden="true" className={className}>
      <rect width="26" height="30" rx="9" className="fill-ink" />
      <path
        d="M13 7a4.6 4.6 0 0 0-2.3 8.6L9.4 23h7.2l-1.3-7.4A4.6 4.6 0 0 0 13 7Z"
        className="fill-canvas"
      />
    </svg>
  );
}
