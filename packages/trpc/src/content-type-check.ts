import type { IncomingMessage } from 'node:http';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a request by this method may change something (RFC 9110, 9.2.1). */
export function isUnsafeMethod(method = 'GET'): boolean {
  return !SAFE_METHODS.has(method);
}

type Request = IncomingMessage & { body?: unknown };

/**
 * Whether a body is JSON and says so, or there is none. Forms, which pages of any site can send without a preflight, are not acceptable, empty or not
 * (ASVS 3.5.2, 4.1.1).
 *
 * Without a content type the bytes decide, not the framing: a proxy may send an empty body with `Transfer-Encoding: chunked`. The answer then waits for the
 * first byte or the end, and reads nothing of a body that has bytes. An empty body counts as JSON from then on; tRPC wants a content type for every POST.
 *
 * @param judge is called once, at once where the headers suffice; never if the connection breaks before
 */
export function checkContentType(request: Request, judge: (isAcceptable: boolean) => void) {
  const { method, headers } = request;
  if (!isUnsafeMethod(method)) return judge(true);
  const type = headers['content-type'];
  if (type !== undefined) return judge(/^application\/json\s*(;|$)/i.test(type));
  if (headers['transfer-encoding'] === undefined) return judgeEmpty(Number(headers['content-length'] ?? 0) === 0);
  if (request.readableDidRead) return judge(false);
  if (request.complete || request.readableLength > 0) return judgeEmpty(request.readableLength === 0);
  request.once('readable', () => judgeEmpty(request.readableLength === 0));

  function judgeEmpty(isEmpty: boolean): void {
    if (isEmpty) markEmpty(request);
    judge(isEmpty);
  }
}

/** The stream may have ended by now: whatever parses the body later must not wait for it. */
function markEmpty(request: Request): void {
  const { headers } = request;
  headers['content-type'] = 'application/json';
  if (headers['transfer-encoding'] === undefined) return;
  delete headers['transfer-encoding'];
  headers['content-length'] = '0';
  if (!('body' in request)) request.body = undefined;
}
