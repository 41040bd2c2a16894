import type { Machine, RunOptions } from './machine.ts';

/** The output of a program, or an error with what it wrote to standard error. */
export type Answer = string | Error;

/** A fake machine. It records the commands that it ran and the lines that it showed. */
export interface FakeMachine extends Machine {
  readonly ran: string[];
  readonly shown: string[];
}

/**
 * Creates a fake machine.
 *
 * @param programs the paths that can be executed
 * @param answer what a command line prints; `undefined` is an empty output
 */
export function fakeMachine(
  machine: Partial<Pick<Machine, 'platform' | 'arch' | 'isRoot' | 'env' | 'cache'>>,
  programs: Set<string>,
  answer: (
    command: string,
    options: RunOptions,
  ) => Answer | undefined | Promise<Answer | undefined> = () => undefined,
): FakeMachine {
  const ran: string[] = [];
  const shown: string[] = [];
  return {
    platform: 'linux',
    arch: 'x64',
    isRoot: false,
    env: {},
    cache: '/nonexistent',
    ...machine,
    ran,
    shown,
    async run(file, parameters, options = {}) {
      const command = [file, ...parameters].join(' ');
      ran.push(command);
      const result = (await answer(command, options)) ?? '';
      if (result instanceof Error) throw result;
      for (const line of result.split('\n')) options.onLine?.(line);
      return result;
    },
    isExecutable: async (path) => programs.has(path),
    log: (line) => void shown.push(line),
  };
}
