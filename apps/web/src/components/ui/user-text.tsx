/**
 * Text that a person or a program chose, such as a name: it wraps inside its box however long it
 * is, and keeps its own direction to itself.
 */
export function UserText({ children, className = '' }: { children: string; className?: string }) {
  return <bdi className={`min-w-0 wrap-anywhere ${className}`}>{children}</bdi>;
}
