import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { NODE_RANGE, PEERS } from './requirements.ts';

interface Manifest {
  readonly name: string;
  readonly engines?: { readonly node: string };
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

const PACKAGES = new URL('../../../', import.meta.url);
const manifests = readdirSync(PACKAGES).map(
  (name): Manifest =>
    JSON.parse(readFileSync(new URL(`${name}/package.json`, PACKAGES), 'utf8')) as Manifest,
);

it("the table of peers equals the packages' package.json files", () => {
  const stated = manifests
    .filter(({ peerDependencies }) => peerDependencies)
    .map(({ name, peerDependencies = {}, peerDependenciesMeta = {} }) => [
      name,
      Object.fromEntries(
        Object.entries(peerDependencies).map(([peer, range]) => [
          peer,
          { range, isOptional: peerDependenciesMeta[peer]?.optional === true },
        ]),
      ),
    ]);
  expect(stated.length).toBeGreaterThan(2);
  expect(PEERS).toEqual(Object.fromEntries(stated));
});

it("the range of Node equals the packages' package.json files", () => {
  const ranges = manifests.flatMap(({ engines }) => engines?.node ?? []);
  expect(ranges.length).toBeGreaterThan(5);
  expect(new Set(ranges)).toEqual(new Set([NODE_RANGE]));
});
