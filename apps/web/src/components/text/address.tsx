import { Fragment } from 'react';

/** An IP address, which wraps only after a colon. */
export function Address({ children }: { children: string }) {
  return (
    <span translate="no" className="font-mono text-[0.8125rem]">
      {children.split(/(?<=:)/).map((part, index) => (
        <Fragment key={index}>
          {index > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </span>
  );
}
