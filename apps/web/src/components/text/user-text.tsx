/**
 * Text that a user or a program chose, such as a name: it may wrap anywhere, and its writing
 * direction is isolated.
 */
export function UserText({ children, className = '' }: { children: string; className?: string }) {
  return <bdi className={`min-w-0 wrap-anywhere ${className}`}>{children}</bdi>;
}
