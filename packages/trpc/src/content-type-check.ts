import type { IncomingMessage } from 'node:http';

/** What only reads. */
const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a request by this method may change something (RFC 9110, 9.2.1). */
export function mayChange(method = 'GET'): boolean {
  return !READING.has(method);
}

/**
 * Whether a body is JSON and says so; no body needs no content type. Forms, which pages of any site can send without asking first, are none
 * (ASVS 3.5.2, 4.1.1).
 */
export function isJsonOrNothing({ method, headers }: Pick<IncomingMessage, 'method' | 'headers'>): boolean {
  if (!mayChange(method)) return true;
  const type = headers['content-type'];
  if (type === undefined) return headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;
  return /^application\/json\s*(;|$)/i.test(type);
}
