import type { Call } from '@/api/schema';

/** Day is what an agent has done, made of his calls. Times in milliseconds. */
export interface Day {
  talks: number;
  talkMs: number;
  /** Mean of a talk; missing without talks. */
  averageMs: number | undefined;
  /** Calls that rang at him and that he neither took nor took later. */
  missed: number;
}

const notTaken = new Set(['declined', 'no_answer']);

/** dayOf counts the calls of the agent `login`: a call that a colleague has talked last is not his talk. */
export function dayOf(calls: Call[], login: string): Day {
  const talks = calls.filter((c) => c.answered_at && c.agent === login);
  const talkMs = talks.reduce((sum, c) => sum + c.talk_ms, 0);
  const missed = calls.filter((c) => !(c.answered_at && c.agent === login) && c.route.some((r) => r.agent === login && notTaken.has(r.result ?? '')));
  return { talks: talks.length, talkMs, averageMs: talks.length > 0 ? talkMs / talks.length : undefined, missed: missed.length };
}

/** Client is somebody whom the agent has spoken with. */
export interface Client {
  id: string;
  name: string;
  /** The newest talk. */
  call: Call;
}

/** recentClients are those with a card, the last talk first, each once. */
export function recentClients(calls: Call[], login: string, most: number): Client[] {
  const seen = new Map<string, Client>();
  for (const call of calls.toSorted((a, b) => b.started_at.localeCompare(a.started_at))) {
    if (!call.contact_id || !call.answered_at || call.agent !== login || seen.has(call.contact_id)) continue;
    seen.set(call.contact_id, { id: call.contact_id, name: call.contact_name ?? '', call });
  }
  return [...seen.values()].slice(0, most);
}

/** midnight is when the user's day began. */
export function midnight(now = new Date()): string {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate()).toISOString();
}
