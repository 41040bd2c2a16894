/**
 * The server's part of the session inspector, for development: {@link createInspector}, and
 * {@link ageableStore} to skip waiting times. Both throw if `NODE_ENV` is `production`.
 *
 * @packageDocumentation
 */

export type { InspectorEnd } from '../inspector-event.ts';
export { type AgeableStore, ageableStore } from './ageable-store.ts';
export { createInspector, type Inspector, type InspectorOptions } from './inspector.ts';
