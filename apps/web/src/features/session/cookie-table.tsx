import type { SessionAnswer } from '@latchkey/react';
import { Check, X } from 'lucide-react';
import * as messages from '#messages/session.tsx';
import { formatDuration } from '../../lib/format.ts';

type Cookie = SessionAnswer['cookies'][number];

const SAME_SITE = { strict: 'Strict', lax: 'Lax', none: 'None' };

/**
 * The cookies as the server sets them: attributes only, for their values are nobody's business but
 * the server's.
 */
export function CookieTable({ cookies }: { cookies: readonly Cookie[] }) {
  return (
    <table className="table-stacked w-full text-sm">
      <thead>
        <tr>
          {[messages.name, 'HttpOnly', 'Secure', 'SameSite', messages.path, messages.lifetime].map(
            (title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ),
          )}
        </tr>
      </thead>
      <tbody className="font-mono text-[0.8125rem]">
        {cookies.map((cookie) => (
          <tr key={cookie.name}>
            <th scope="row">{cookie.name}</th>
            <td data-label="HttpOnly">
              <Flag set={cookie.httpOnly} />
            </td>
            <td data-label="Secure">
              <Flag set={cookie.secure} />
            </td>
            <td data-label="SameSite">{SAME_SITE[cookie.sameSite]}</td>
            <td data-label={messages.path}>{cookie.path}</td>
            <td data-label={messages.lifetime}>
              {cookie.maxAgeSeconds === null
                ? messages.untilTheBrowserCloses
                : formatDuration(cookie.maxAgeSeconds)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Flag({ set }: { set: boolean }) {
  const Icon = set ? Check : X;
  return (
    <span className={`flex items-center gap-1.5 ${set ? '' : 'text-danger'}`}>
      <Icon aria-hidden size={14} strokeWidth={2.25} className={set ? 'text-good' : ''} />
      {set ? 'yes' : 'no'}
    </span>
  );
}
