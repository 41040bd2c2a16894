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
 * @returns a promise only if the headers do not tell; it stays pending if the connection breaks
 * @example
 * import { hasAcceptableContentType, NodeExchange } from '@latchkey/http';
 *
 * app.use(async (request, response, next) => {
 *   const exchange = new NodeExchange(request, response);
 *   if (await hasAcceptableContentType(exchange)) next();
 *   else response.sendStatus(415);
 * });
 */
export function hasAcceptableContentType(
  exchange: Exchange,
  further: readonly string[] = [],
): boolean | Promise<boolean> {
  if (!isUnsafeMethod(exchange.method)) return true;
  const type = exchange.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== undefined) return type === 'application/json' || further.includes(type);
  const hasBody = exchange.hasBody();
  return typeof hasBody === 'boolean' ? !hasBody : hasBody.then((has) => !has);
}
