import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { linesAdded } from '@latchkey/test-support/lines-added';
import { ROOT } from '../published.ts';

const APP = join(ROOT, 'apps/release/consumer/first-query');
/** Files of the adopter that are there whatever they adopt, and the page's form. */
const OWN = ['users.ts', 'sign-in.tsx'];

/** A file of the app. */
export interface AppFile {
  readonly name: string;
  readonly text: string;
}

/** Returns the files of the app `before` or `after` it adopts Latchkey. */
export const filesOf = (when: 'before' | 'after'): AppFile[] =>
  readdirSync(join(APP, when)).map((name) => ({
    name,
    text: readFileSync(join(APP, when, name), 'utf8'),
  }));

/** The program that makes the first query with the app's own client. */
export const queryProgram = (): AppFile => ({
  name: 'query.ts',
  text: readFileSync(join(APP, 'query.ts'), 'utf8'),
});

/** The new or changed lines of the adoption. */
export interface LineCounts {
  readonly server: number;
  readonly client: number;
  /** The sign-in form, which a bare app does not have. */
  readonly form: number;
}

/** Counts the lines that an adopter of the bare app types. */
export function countLines(): LineCounts {
  const before = new Map(filesOf('before').map(({ name, text }) => [name, text]));
  const added = filesOf('after').map(({ name, text }) => ({
    name,
    lines: linesAdded(before.get(name) ?? '', text),
  }));
  const sum = (names: (name: string) => boolean) =>
    added.reduce((total, { name, lines }) => total + (names(name) ? lines : 0), 0);
  return {
    server: sum((name) => name.endsWith('.ts') && !OWN.includes(name)),
    client: sum((name) => name.endsWith('.tsx') && !OWN.includes(name)),
    form: sum((name) => name === 'sign-in.tsx'),
  };
}
