import { expect, it } from 'vitest';
import { type DeclarationFile, unnamedTypes } from './check-declarations.ts';

const shared: DeclarationFile = {
  path: 'shared-abc.d.ts',
  isEntry: false,
  text: 'interface Shared {}\ninterface Hidden {}\nexport { Shared as t };\n',
};
const index: DeclarationFile = {
  path: 'index.d.ts',
  isEntry: true,
  text: `import { t as Shared } from "./shared-abc.js";
/** interface Commented {} */
interface Inner {}
interface Props$1 {}
export interface Given {}
export declare class Faulty {}
export { type Shared, type Props$1 as Props };
`,
};

it('unnamedTypes finds the types that no entry exports, in any file', () => {
  expect(unnamedTypes([index, shared])).toEqual(['Hidden', 'Inner']);
});
