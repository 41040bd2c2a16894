import { packedOnce } from '../packed-once.ts';
import { firstQuery } from './first-query.ts';

/** `npm run example -- first-query`: how long a bare tRPC app takes to its first authenticated query. */
console.log('Packing the packages, unless they are packed already …');
const { packages } = await packedOnce();
const fault = await firstQuery(packages, (line) => console.log(line));
if (fault !== null) console.error(fault);
process.exitCode = fault === null ? 0 : 1;
