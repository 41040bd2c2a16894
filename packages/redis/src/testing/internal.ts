export { ROTATE } from '../scripts/rotate.ts';
