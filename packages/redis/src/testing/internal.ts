export { ROTATE } from '../sessions/scripts/rotate.ts';
