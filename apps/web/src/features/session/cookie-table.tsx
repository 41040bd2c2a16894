import type { SessionAnswer } from '@latchkey/react';
import { Check, X } from 'lucide-react';
import * as sessionCard from '#messages/session/card.ts';
import { formatDuration } from '../../lib/format.ts';

type Cookie = SessionAnswer['cookies'][number];

const SAME_SITE = { strict: 'Strict', lax: 'Lax', none: 'None' };

/** Shows the attributes of the session cookies as the server sets them, without their values. */
export function CookieTable({ cookies }: { cookies: readonly Cookie[] }) {
  return (
    <table className="table-stacked w-full text-sm">
      <thead>
        <tr>
          {[
            sessionCard.cookieName,
            'HttpOnly',
            'Secure',
            'SameSite',
            sessionCard.cookiePath,
            sessionCard.cookieLifetime,
          ].map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
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
            <td data-label={sessionCard.cookiePath}>{cookie.path}</td>
            <td data-label={sessionCard.cookieLifetime}>
              {cookie.maxAgeSeconds === null
                ? sessionCard.cookieUntilClosed
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
      {set ? sessionCard.yes : sessionCard.no}
    </span>
  );
}
