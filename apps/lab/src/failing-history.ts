import { ruleNamed } from './job.ts';
import { shrink } from './shrink.ts';
import { type Happening, NETWORKS, type NetworkName, planBrowser } from './simulation/plan.ts';
import { type Line, runBrowser } from './simulation/run-browser.ts';

/**
 * Returns the shortest history found in which a rule refuses the honest browser of a seed, as lines
 * of text.
 */
export async function failingHistory(
  rule: string,
  network: NetworkName,
  seed: number,
  minutes: number,
): Promise<Line[]> {
  const play = (plan: readonly Happening[], note?: (line: Line) => void) =>
    runBrowser(ruleNamed(rule).start(), plan, null, note);
  const whole = planBrowser(seed, NETWORKS[network], minutes).toSorted((a, b) => a.at - b.at);
  const plan = await shrink(whole, async (part) => (await play(part)).refused !== null);
  const lines: Line[] = [];
  const { refused } = await play(plan, (line) => lines.push(line));
  const end = refused?.at ?? Number.POSITIVE_INFINITY;
  return lines.filter(({ at }) => at <= end);
}
