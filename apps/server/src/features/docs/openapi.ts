import { generateOpenApiDocument } from 'trpc-to-openapi';
import type { AppRouter } from '../../api/router.ts';

/** The OpenAPI document, generated from the procedures with `meta.openapi`. */
export function openApiDocument(router: AppRouter, accessCookie: string) {
  const document = generateOpenApiDocument(router, {
    title: 'Latchkey reference app',
    description:
      'Sessions in three HttpOnly cookies. The server refreshes an expired access token within the request that presents it. The same procedures are served at /trpc.',
    version: '0.1.0',
    baseUrl: '/',
    securitySchemes: {
      accessToken: {
        type: 'apiKey',
        in: 'cookie',
        name: accessCookie,
        description: 'Set by POST /login and refreshed automatically.',
      },
      bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
    },
  });
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
