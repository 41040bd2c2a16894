import type { Packed } from '../make-packages.ts';
import { namingFault } from './check-declarations.ts';
import { lintTarball } from './lint-tarball.ts';
import { overweight, type Weight, weigh } from './weigh.ts';

/** Returns the faults that prevent publishing, each with its fix, and the sizes of the packages. */
export async function checkPackages(
  packages: readonly Packed[],
): Promise<{ readonly faults: string[]; readonly weights: Weight[] }> {
  const faults: string[] = [];
  const weights: Weight[] = [];
  for (const packed of packages) {
    const own = await weigh(packed);
    weights.push(...own);
    const words = [
      namingFault(packed),
      ...(await lintTarball(packed.tarball)),
      ...own.map((weight) => overweight(weight)),
    ];
    faults.push(...words.filter((fault) => fault !== null));
  }
  return { faults, weights };
}
