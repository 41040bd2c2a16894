/**
 * The session inspector in the page, for development: {@link Inspector} shows this browser's
 * session live, and runs trials on it.
 *
 * @packageDocumentation
 */

export { Inspector, type InspectorProps } from './inspector.tsx';
