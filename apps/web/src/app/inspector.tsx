/** A part of its own: the build names its files after this one. */
export { Inspector } from '@latchkey/devtools';
