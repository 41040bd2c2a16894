import { type ReactNode, useId } from 'react';

/** Shows a group of components of one kind in the gallery. */
export function Kind({
  title,
  lead,
  children,
}: {
  title: string;
  lead?: string;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="mt-14 border-t border-line pt-6">
      <h2 id={id} className="text-lg font-semibold tracking-tight">
        {title}
      </h2>
      {lead && <p className="mt-1 max-w-[62ch] text-sm text-ink-soft">{lead}</p>}
      <div className="mt-6 grid grid-cols-1 gap-x-10 gap-y-8 md:grid-cols-2">{children}</div>
    </section>
  );
}

/** Shows one state of a component in the gallery, under the name of the state. */
export function Specimen({
  name,
  children,
  wide = false,
}: {
  name: string;
  children: ReactNode;
  wide?: boolean;
}) {
  return (
    <div className={`min-w-0 ${wide ? 'md:col-span-2' : ''}`}>
      <h3 className="mb-3 font-mono text-[0.8125rem] text-ink-faint">{name}</h3>
      {children}
    </div>
  );
}
