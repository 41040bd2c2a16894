import type { InspectorAnswer, InspectorEvent } from '../inspector-event.ts';
import { describeInspectorEvent, type Tone, toneOf } from './describe-event.ts';

/** A line of the log: one event, or several equal ones in a row. */
export interface LogLine {
  readonly key: string;
  /** The first of the events. */
  readonly event: InspectorEvent;
  readonly count: number;
  readonly tone: Tone;
  readonly text: string;
  /** How the requests of the events were answered, each different answer once; may be empty. */
  readonly answers: readonly string[];
}

/** Returns the lines of the log, oldest first, with equal events in a row as one. */
export function foldEvents(
  events: readonly InspectorEvent[],
  answers: readonly InspectorAnswer[] = [],
): readonly LogLine[] {
  const byRequest = new Map(answers.map((answer) => [answer.request, answer]));
  const answerOf = ({ request }: InspectorEvent) => {
    const answer = request === undefined ? undefined : byRequest.get(request);
    return answer ? [describeAnswer(answer)] : [];
  };
  const lines: LogLine[] = [];
  for (const event of events) {
    const text = describeInspectorEvent(event);
    const last = lines.at(-1);
    if (last?.text === text)
      lines[lines.length - 1] = {
        ...last,
        count: last.count + 1,
        answers: [...new Set([...last.answers, ...answerOf(event)])],
      };
    else
      lines.push({
        key: `${event.at} ${event.id}`,
        event,
        count: 1,
        tone: toneOf(event),
        text,
        answers: answerOf(event),
      });
  }
  return lines;
}

/** Describes an answer: `POST /refresh → 200, Set-Cookie: X-Access-Token, X-Refresh-Token`. */
export function describeAnswer({ method, path, status, setCookies }: InspectorAnswer): string {
  const names = setCookies.map(({ name, isCleared }) => name + (isCleared ? ' (cleared)' : ''));
  const cookies = names.length === 0 ? 'no Set-Cookie' : `Set-Cookie: ${names.join(', ')}`;
  return `${method} ${path} → ${status}, ${cookies}`;
}

/** Returns the lines that contain a text, in any case, in their words or their requests. */
export const filterLines = (lines: readonly LogLine[], text: string): readonly LogLine[] =>
  lines.filter((line) => plainText(line).toLowerCase().includes(text.trim().toLowerCase()));

/** Returns a line as plain text. */
export function plainText({ text, count, answers }: LogLine): string {
  return [...(count > 1 ? [`${count} × ${text}`] : [text]), ...answers].join(' · ');
}
