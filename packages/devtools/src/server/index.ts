/**
 * The server's part of the session inspector, for development: {@link createInspector}. It throws
 * if `NODE_ENV` is `production`.
 *
 * @packageDocumentation
 */

export type { InspectorEnd } from '../inspector-event.ts';
export { createInspector, type Inspector, type InspectorOptions } from './inspector.ts';
