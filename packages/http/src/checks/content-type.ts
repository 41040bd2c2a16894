import type { Exchange } from '../exchange.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * True for methods that are not safe (RFC 9110, 9.2.1).
 *
 * @param method in upper case; methods are case-sensitive
 * @example
 * import { isUnsafeMethod } from '@latchkey/http';
 *
 * isUnsafeMethod('POST'); // true
 * isUnsafeMethod('HEAD'); // false
 */
export function isUnsafeMethod(method: string): boolean {
  return !SAFE_METHODS.has(method);
}

/**
 * Accepts `application/json`, and an empty body without a content type. Refuses forms, empty or
 * not: a page of any site can send them without a preflight (ASVS 3.5.2, 4.1.1).
 *
 * @param further content types that are accepted too, in lower case
 * @param answer called once: synchronously if the headers tell; never if the connection breaks
 *   before
 * @example
 * import { hasAcceptableContentType, NodeExchange } from '@latchkey/http';
 *
 * app.use((request, response, next) =>
 *   hasAcceptableContentType(new NodeExchange(request, response), (isAcceptable) =>
 *     isAcceptable ? next() : response.sendStatus(415),
 *   ),
 * );
 */
export function hasAcceptableContentType(
  exchange: Exchange,
  answer: (isAcceptable: boolean) => void,
  further: readonly string[] = [],
): void {
  const type = exchange.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (!isUnsafeMethod(exchange.method)) answer(true);
  else if (type !== undefined) answer(type === 'application/json' || further.includes(type));
  else exchange.hasBody((hasBody) => answer(!hasBody));
}
