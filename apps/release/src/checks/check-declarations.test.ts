import { expect, it } from 'vitest';
import { type DeclarationFile, unnamedTypes } from './check-declarations.ts';

const shared: DeclarationFile = {
  isEntry: false,
  text: `interface Shared {
  hidden: Hidden;
}
interface Hidden {}
interface Unused {}
export { Shared as t };
`,
};
const index: DeclarationFile = {
  isEntry: true,
  text: `import { t as Shared } from "./shared-abc.js";
/** interface Commented {} */
interface Inner {}
interface Needed {}
interface Props$1 {}
export interface Given {
  inner: Inner;
  shared: Shared;
}
export declare class Faulty {
  constructor(needed: Needed);
}
export { type Shared, type Props$1 as Props };
`,
};

it('unnamedTypes finds the types that exported ones name and no entry exports, in any file', () => {
  expect(unnamedTypes([index, shared])).toEqual(['Hidden', 'Inner']);
});
