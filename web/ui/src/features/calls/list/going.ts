import type { Call } from '@/api/schema';
import { isGoing } from '@/parts/call/outcome';
import type { CallFilter } from './filter';

/**
 * withGoing puts calls that go on, and that the list does not have yet, on top: the
 * live picture knows them a moment before the history does.
 */
export function withGoing(list: Call[], live: Record<string, Call>, filter: CallFilter): Call[] {
  const known = new Set(list.map((c) => c.id));
  const fresh = Object.values(live).filter((c) => isGoing(c) && !known.has(c.id) && matches(c, filter));
  if (fresh.length === 0) return list;
  return [...fresh, ...list].sort((a, b) => Date.parse(b.started_at) - Date.parse(a.started_at));
}

// What only the server can tell (words, results, recordings, other days) waits for its answer.
function matches(call: Call, { q, period, result, recorded, direction, agent, queue, source }: CallFilter): boolean {
  if (q || result || recorded || period === 'yesterday' || period === 'range') return false;
  return (
    (!direction || call.direction === direction) && (!agent || call.agent === agent) && (!queue || call.queue === queue) && (!source || call.source === source)
  );
}
