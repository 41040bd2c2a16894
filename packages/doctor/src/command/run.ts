import { check } from '../check/check.ts';
import { FolderError } from '../check/project.ts';
import { terminalText } from '../lib/terminal-text.ts';
import { type Invocation, parseCommandLine, UsageError } from './parse-command-line.ts';
import { describeReport, faultsIn, jsonReport, type Report } from './report.ts';
import { runVisit } from './run-visit.ts';
import type { Terminal } from './terminal.ts';

/**
 * Runs a command, and prints its report, or an error with its fix.
 *
 * @returns the exit code: 0 without faults, 1 with faults, 2 for wrong usage
 */
export async function run(words: readonly string[], terminal: Terminal): Promise<0 | 1 | 2> {
  try {
    const invocation = parseCommandLine(words);
    if (typeof invocation === 'string') {
      terminal.print(invocation);
      return 0;
    }
    const report = await reportOf(invocation, terminal);
    const isJson = invocation.options.json === true;
    terminal.print(linesOf(isJson ? jsonReport(report) : describeReport(report)));
    return faultsIn(report) === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof UsageError) && !(error instanceof FolderError)) throw error;
    terminal.printError(linesOf(error.message));
    return 2;
  }
}

async function reportOf(invocation: Invocation, terminal: Terminal): Promise<Report> {
  if (invocation.name === 'visit') return runVisit(invocation, terminal);
  const folder = invocation.argument ?? '.';
  return {
    findings: check({ folder }),
    where: `in ${folder === '.' ? 'this folder' : folder}`,
    right: 'Node, peer dependencies, TypeScript and duplicate packages are as Latchkey needs them',
  };
}

/**
 * Escapes control characters, because texts of servers and names of files must not control the
 * terminal.
 */
const linesOf = (text: string) => text.split('\n').map(terminalText).join('\n');
