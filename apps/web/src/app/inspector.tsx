/** The inspector as a lazy part: the build names the part after this file. */
export { Inspector } from '@latchkey/devtools';
