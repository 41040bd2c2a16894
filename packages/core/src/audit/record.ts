import type { SessionContext } from '../session/context.ts';
import type { SecurityEvent } from './security-event.ts';

/** Makes a change and appends its events in one transaction; emits them once it is committed. */
export async function recordChange<Event extends SecurityEvent>(
  { auditLog, onEvent }: Pick<SessionContext, 'auditLog' | 'onEvent'>,
  change: () => Promise<readonly Event[]>,
): Promise<readonly Event[]> {
  return auditLog.transaction(async () => {
    const events = await change();
    if (events.length > 0) await auditLog.append(events);
    await auditLog.afterCommit(() => events.forEach(onEvent));
    return events;
  });
}
