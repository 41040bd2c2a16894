import type { CookieNames } from '@latchkey/http';
import { listPolicies, type StatedPolicy } from '@latchkey/trpc';
import { generateOpenApiDocument } from 'trpc-to-openapi';
import type { AppRouter } from '../../api/router.ts';

const TAGS = [
  { name: 'Session', description: 'Sign in, refresh and sign out.' },
  { name: 'Demo', description: 'Sample procedures with a policy each.' },
  { name: 'Administration', description: 'For the role Admin.' },
];

/** The alternatives by which an operation accepts a caller (OpenAPI, Security Requirement). */
type Security = readonly Readonly<Record<string, []>>[];

const BY_ACCESS_TOKEN: Security = [{ accessToken: [] }, { bearer: [] }];
const BY_REFRESH_TOKEN: Security = [{ refreshToken: [], username: [] }];

/** Returns what an operation requires, from the policy that is enforced. */
function securityOf({ path, policy }: StatedPolicy): Security {
  if (path === 'auth.refresh') return BY_REFRESH_TOKEN;
  /** The empty alternative: signing out without a session is no error. */
  if (path === 'auth.logout') return [{}, ...BY_REFRESH_TOKEN, ...BY_ACCESS_TOKEN];
  return policy.access === 'public' ? [] : BY_ACCESS_TOKEN;
}

/** The OpenAPI document, generated from the procedures with `meta.openapi` and their policies. */
export function openApiDocument(router: AppRouter, names: CookieNames) {
  const policies = listPolicies(router);
  const inCookie = (name: string, description: string) =>
    ({ type: 'apiKey', in: 'cookie', name, description }) as const;
  const document = generateOpenApiDocument(router, {
    title: 'Latchkey reference app',
    description:
      'Sessions in three HttpOnly cookies. The server refreshes an expired access token within the request that presents it. ' +
      `These operations are the ones meant for scripts and other languages: all ${policies.length} procedures, these included, are served at /trpc for tRPC clients, which take their types from the router, not from this page; docs/policies.md lists them with their policies.`,
    version: '0.1.0',
    baseUrl: '/',
    securitySchemes: {
      accessToken: inCookie(
        names.accessToken,
        'Set by POST /login. Once it has expired, it is refreshed in any request that also has the refresh token and the username.',
      ),
      bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      refreshToken: inCookie(names.refreshToken, 'Set by POST /login and by each refresh.'),
      username: inCookie(names.username, 'Set beside the refresh token, which is bound to it.'),
    },
  });
  document.tags = TAGS;
  for (const stated of policies) {
    const [method = '', path = ''] = stated.place?.split(' ') ?? [];
    const operation = document.paths?.[path]?.[method.toLowerCase() as 'get' | 'post'];
    if (operation) operation.security = securityOf(stated).map((one) => ({ ...one }));
  }
  /**
   * Corrects the media types: plain strings are answered as text/plain and files with their own
   * type, not as JSON.
   */
  for (const path of Object.values(document.paths ?? {})) {
    for (const operation of [path.get, path.post]) {
      const answer = operation?.responses?.['200'];
      const schema =
        answer && 'content' in answer ? answer.content?.['application/json']?.schema : undefined;
      if (answer && 'content' in answer && schema && isString(schema))
        answer.content = { [mediaTypeOf(schema)]: { schema: { type: 'string' } } };
    }
  }
  return document;
}

function isString(schema: object): boolean {
  return 'type' in schema && schema.type === 'string';
}

function mediaTypeOf(schema: object): string {
  return 'contentMediaType' in schema ? String(schema.contentMediaType) : 'text/plain';
}
