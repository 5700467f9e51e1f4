import type { Activity, Call } from '@/api/schema';

/** A call as far as a line of the timeline tells of it. */
export type Told = Pick<Call, 'state' | 'end_reason' | 'direction' | 'answered_at'>;

/** toldOf reads a line of the timeline as the call that it tells of: "missed" is one that nobody took. */
export function toldOf(line: Pick<Activity, 'direction' | 'status' | 'seconds' | 'at'>): Told {
  const reasons = [
    'completed', 'abandoned', 'unanswered', 'rejected', 'media_lost', 'failed', 'interrupted', 'cancelled', 'busy', 'declined', 'unknown_number', 'unreachable',
  ] as const;
  return {
    state: 'ended',
    direction: line.direction ?? 'inbound',
    end_reason: line.status === 'missed' ? 'unanswered' : reasons.find((r) => r === line.status),
    answered_at: line.seconds > 0 || line.status === 'completed' ? line.at : undefined, // a talk may be shorter than a second
  };
}
