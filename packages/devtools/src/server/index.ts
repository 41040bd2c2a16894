export type { InspectorEnd } from '../inspector-event.ts';
export { createInspector, type Inspector, type InspectorOptions } from './inspector.ts';
