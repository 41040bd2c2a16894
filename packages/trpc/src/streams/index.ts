export type { CallScheduler, Job, JobQueue } from './call-scheduler.ts';
export { streamsOf } from './session-streams.ts';
export { type OpenStream, openStream } from './stream.ts';
export { type StreamRegistry, streamRegistry } from './stream-registry.ts';
export { parseStreamLimits, type StreamLimits, type StreamLimitsInput } from './stream-slots.ts';
export { type LatchkeyWebSocketOptions, latchkeyWebSocket } from './websocket.ts';
