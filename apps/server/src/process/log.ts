import type { LayerEvent } from '@latchkey/core';
import { type AuthenticationDecision, ERROR_TABLE } from '@latchkey/http';
import { type DestinationStream, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import { harmlessJson, terminalText } from './terminal-text.ts';

export type { Logger };

/**
 * One JSON line per event on stdout; readable lines when stdout is a terminal. What people put into
 * names and user agents is no command to a terminal in either.
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
    hooks: { streamWrite: terminal ? harmlessJson : terminalText },
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
 * An error as far as it is ours to tell: parsers hang what they were given, passwords included,
 * onto theirs.
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
 * One line for each authentication decision (ASVS 16.3.1). Never a token: `path` is without its
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

const WORTH_A_LOOK = new Set<LayerEvent['kind']>([
  'session.reuse',
  'session.shared',
  'session.recovered',
  'acknowledgements.delayed',
  'feed.stale',
]);

/** One line for each security event, above `info` where an operator should look. */
export function logSecurityEvent(logger: Logger, event: LayerEvent): void {
  const { kind, ...fields } = event;
  logger[WORTH_A_LOOK.has(kind) ? 'warn' : 'info']({ event: kind, ...fields });
}

/** Express shortens `url` where a router is mounted; queries may hold anything. */
function pathOf(request: { url?: string | undefined; originalUrl?: string }): string | undefined {
  return (request.originalUrl ?? request.url)?.split('?')[0];
}
