/**
 * Streams that end with their session: tRPC over WebSockets ({@link latchkeyWebSocket}, which needs
 * `ws`), limits for SSE and WebSockets ({@link streamRegistry}), and streams outside tRPC
 * ({@link openStream}).
 *
 * @packageDocumentation
 */

export type { CallScheduler, Job, JobQueue } from './call-scheduler.ts';
export type { LiveSession, SessionEnd } from './live-session.ts';
export { type SessionStreams, streamsOf } from './session-streams.ts';
export { type OpenStream, openStream, type StreamConditions, type StreamEnd } from './stream.ts';
export { type RegistryMember, type StreamRegistry, streamRegistry } from './stream-registry.ts';
export { parseStreamLimits, type StreamLimits, type StreamLimitsInput } from './stream-slots.ts';
export {
  type LatchkeyWebSocketOptions,
  latchkeyWebSocket,
  type WebSocketFault,
} from './websocket.ts';
