import type { Exchange } from '../exchange.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a request by this method may change something (RFC 9110, 9.2.1). */
export function isUnsafeMethod(method: string): boolean {
  return !SAFE_METHODS.has(method);
}

/**
 * Whether a body is JSON and says so, or there is none. Forms, which pages of any site can send
 * without a preflight, are not acceptable, empty or not (ASVS 3.5.2, 4.1.1). An empty body without
 * a content type counts as JSON from then on: tRPC wants a content type for every POST.
 *
 * @param answer called once, at once where the headers suffice; never if the connection breaks
 *   before
 */
export function hasAcceptableContentType(
  exchange: Exchange,
  answer: (isAcceptable: boolean) => void,
): void {
  const type = exchange.header('content-type');
  if (!isUnsafeMethod(exchange.method)) answer(true);
  else if (type !== undefined) answer(/^application\/json\s*(;|$)/i.test(type));
  else
    exchange.hasBody((hasBody) => {
      if (!hasBody) exchange.markBodyEmpty();
      answer(!hasBody);
    });
}
