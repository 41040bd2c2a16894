import type { SessionAnswer } from '@latchkey/react';

type Cookie = SessionAnswer['cookies'][number];

/** Shows the `Set-Cookie` headers of the server, without the values. */
export function CookieLines({ cookies }: { cookies: readonly Cookie[] }) {
  return (
    <ul className="cookies" aria-label="Cookies, as sent">
      {cookies.map((cookie) => (
        <li key={cookie.name}>
          <b>{cookie.name}</b>
          {`=…; ${attributesOf(cookie).join('; ')}`}
        </li>
      ))}
    </ul>
  );
}

function attributesOf({ maxAgeSeconds, path, httpOnly, secure, sameSite }: Cookie): string[] {
  return [
    ...(maxAgeSeconds === null ? [] : [`Max-Age=${maxAgeSeconds}`]),
    `Path=${path}`,
    ...(httpOnly ? ['HttpOnly'] : []),
    ...(secure ? ['Secure'] : []),
    `SameSite=${sameSite.charAt(0).toUpperCase()}${sameSite.slice(1)}`,
  ];
}
