/**
 * Text that a user or a program chose, such as a name: it may wrap anywhere, its writing direction
 * is isolated, and no translation changes it.
 */
export function UserText({ children, className = '' }: { children: string; className?: string }) {
  return (
    <bdi translate="no" className={`min-w-0 wrap-anywhere ${className}`}>
      {children}
    </bdi>
  );
}
