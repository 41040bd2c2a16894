import type { LayerEvent } from '@latchkey/core';
import { type AuthenticationDecision, ERROR_TABLE } from '@latchkey/http';
import { type DestinationStream, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import { escapeJsonLine, terminalText } from './terminal-text.ts';

export type { Logger };

/**
 * Creates the server's logger. It writes one JSON line for each event to stdout, or readable lines
 * if stdout is a terminal. Control characters in names and user agents are escaped in both.
 */
export function createLogger(
  level: string,
  terminal: boolean,
  destination?: DestinationStream,
): Logger {
  const options = {
    level,
    serializers: { err: describeError },
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    hooks: { streamWrite: terminal ? escapeJsonLine : terminalText },
  };
  const readable = {
    colorize: true,
    sync: true,
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
    ...(destination && { destination }),
  };
  if (terminal) return pino(options, pretty(readable));
  return destination ? pino(options, destination) : pino(options);
}

/**
 * Returns the loggable fields of an error. Other fields are dropped, because parsers attach their
 * input, passwords included.
 */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...(error.cause instanceof Error && { cause: describeError(error.cause) }),
  };
}

/**
 * Logs one line for each authentication decision (ASVS 16.3.1). It contains no token: `path` has no
 * query.
 */
export function logDecision(
  logger: Logger,
  { request, authentication, session }: AuthenticationDecision,
  requestId: string,
): void {
  const { refreshed, client } = session;
  const level =
    authentication.kind === 'anonymous' ? ERROR_TABLE[authentication.reason].level : 'info';
  const outcome =
    authentication.kind === 'anonymous'
      ? 'anonymous'
      : refreshed?.kind === 'refreshed'
        ? 'refreshed'
        : 'authenticated';
  const who = authentication.kind === 'authenticated' ? authentication.principal : null;
  logger[session.outage ? 'error' : level]({
    event: 'authentication',
    outcome: session.outage ? 'unavailable' : outcome,
    ...(authentication.kind === 'anonymous' && {
      reason: session.outage ? 'store_unavailable' : authentication.reason,
    }),
    ...(refreshed?.kind === 'refreshed' && { decision: refreshed.decision }),
    ...(who && {
      userId: who.userId,
      username: who.username,
      role: who.role,
      generation: who.generation,
    }),
    sessionId: who?.sessionId ?? (refreshed?.kind === 'refused' ? refreshed.sessionId : null),
    requestId,
    method: request.method,
    path: pathOf(request),
    ipAddress: client.ipAddress,
    userAgent: client.userAgent,
  });
}

const WARNING_KINDS = new Set<LayerEvent['kind']>([
  'session.reuse',
  'session.shared',
  'session.recovered',
  'acknowledgements.delayed',
  'event.failed',
  'feed.stale',
]);

/** Logs one line for each security event: `warn` for those that need attention, else `info`. */
export function logSecurityEvent(logger: Logger, event: LayerEvent): void {
  const { kind, ...fields } = event;
  logger[WARNING_KINDS.has(kind) ? 'warn' : 'info']({ event: kind, ...fields });
}

/**
 * Returns a request's path without the query, which may hold secrets. Express shortens `url` below
 * a mounted router, so `originalUrl` comes first.
 */
function pathOf(request: { url?: string | undefined; originalUrl?: string }): string | undefined {
  return (request.originalUrl ?? request.url)?.split('?')[0];
}
