import { Fragment } from 'react';

/** An IP address. A long one wraps after a colon, a short one never. */
export function Address({ children }: { children: string }) {
  return (
    <span className="font-mono text-[0.8125rem]">
      {children.split(/(?<=:)/).map((part, index) => (
        <Fragment key={index}>
          {index > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </span>
  );
}
