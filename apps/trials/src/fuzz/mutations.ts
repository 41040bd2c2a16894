import fc from 'fast-check';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/**
 * Generates texts that are a few mutations away from the given ones: bits flipped, cut, spliced,
 * doubled, respelled.
 */
export function mutated(texts: readonly [string, ...string[]]): fc.Arbitrary<string> {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), bit: fc.nat(7) }),
    fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), length: fc.nat(40) }),
    fc.record({
      kind: fc.constant('insert' as const),
      at: fc.nat(),
      text: fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 6 }),
    }),
    fc.record({
      kind: fc.constant('splice' as const),
      at: fc.nat(),
      other: fc.constantFrom(...texts),
    }),
    fc.record({
      kind: fc.constant('part' as const),
      from: fc.nat(4),
      to: fc.nat(4),
      other: fc.constantFrom(...texts),
    }),
    fc.record({ kind: fc.constant('double' as const), part: fc.nat(4) }),
    fc.record({ kind: fc.constant('last' as const), part: fc.nat(4), bit: fc.nat(5) }),
  );
  return fc
    .tuple(fc.constantFrom(...texts), fc.array(step, { minLength: 1, maxLength: 3 }))
    .map(([text, steps]) => steps.reduce((current, change) => mutate(current, change), text));
}

type Step =
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'cut'; readonly at: number; readonly length: number }
  | { readonly kind: 'insert'; readonly at: number; readonly text: string }
  | { readonly kind: 'splice'; readonly at: number; readonly other: string }
  | { readonly kind: 'part'; readonly from: number; readonly to: number; readonly other: string }
  | { readonly kind: 'double'; readonly part: number }
  /** Flips a bit of the last character, some of whose bits are not significant. */
  | { readonly kind: 'last'; readonly part: number; readonly bit: number };

function mutate(text: string, step: Step): string {
  const parts = text.split('.');
  switch (step.kind) {
    case 'flip': {
      const at = step.at % (text.length || 1);
      return (
        text.slice(0, at) +
        String.fromCharCode(text.charCodeAt(at) ^ (1 << step.bit)) +
        text.slice(at + 1)
      );
    }
    case 'cut': {
      const at = step.at % (text.length + 1);
      return text.slice(0, at) + text.slice(at + step.length);
    }
    case 'insert': {
      const at = step.at % (text.length + 1);
      return text.slice(0, at) + step.text + text.slice(at);
    }
    case 'splice': {
      const at = step.at % (text.length + 1);
      return text.slice(0, at) + step.other.slice(at);
    }
    case 'part': {
      parts[step.to % parts.length] = step.other.split('.')[step.from] ?? '';
      return parts.join('.');
    }
    case 'double':
      parts.splice(step.part % parts.length, 0, parts[step.part % parts.length] ?? '');
      return parts.join('.');
    case 'last': {
      const at = step.part % parts.length;
      const part = parts[at] ?? '';
      parts[at] =
        part.slice(0, -1) + (ALPHABET[ALPHABET.indexOf(part.at(-1) ?? '') ^ (1 << step.bit)] ?? '');
      return parts.join('.');
    }
  }
}
