import type { Agent, AgentState, Board, Call, Queue, QueueLine } from '@/api/schema';

/** Waiter is a caller whom nobody has answered yet; `call` is missing when one may not see who he is. */
export interface Waiter {
  id: string;
  since: string;
  call: Call | undefined;
}

/**
 * waitersOf lists who waits in a queue, the longest first: the calls that one sees, and
 * those of whom the board tells only that they wait. `line` is the newest count; the
 * board may be older than it.
 */
export function waitersOf(queue: string, line: QueueLine | undefined, calls: Record<string, Call>, board: Board | undefined): Waiter[] {
  const seen: Waiter[] = Object.values(calls)
    .filter((c) => c.queue === queue && c.queued_at && !c.answered_at && c.state !== 'ended')
    .map((c) => ({ id: c.id, since: c.queued_at!, call: c }));
  const hidden: Waiter[] = (board?.calls ?? []).filter((w) => !(w.call in calls)).map((w) => ({ id: w.call, since: w.entered_at, call: undefined }));
  const most = Math.max(0, (line?.waiting ?? 0) - seen.length);
  return [...seen, ...hidden.slice(0, most)].sort((a, b) => a.since.localeCompare(b.since));
}

/** Colleague is an agent with the state that he is in now. */
export interface Colleague {
  login: string;
  name: string;
  extension: string | undefined;
  state: AgentState | undefined;
}

// Who is needed first stands first: ringing before talking before free before away.
const order: AgentState['state'][] = ['ringing', 'talking', 'wrap_up', 'available', 'break', 'offline'];
const rank = (c: Colleague) => (c.state ? order.indexOf(c.state.state) : order.length);

/** colleaguesOf lists the agents of a queue by what they do, and then by name; live states are newer than the list. */
export function colleaguesOf(queue: string, agents: Agent[], live: Record<string, AgentState>): Colleague[] {
  return agents
    .filter((a) => a.queues.includes(queue))
    .map((a) => ({ login: a.login, name: a.name, extension: a.extension, state: live[a.login] ?? a.state }))
    .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

/** countStates counts the agents by state, in the order in which they are told. */
export function countStates(colleagues: Colleague[]): { state: AgentState['state']; count: number }[] {
  const told: AgentState['state'][] = ['available', 'ringing', 'talking', 'wrap_up', 'break', 'offline'];
  return told.map((state) => ({ state, count: colleagues.filter((c) => (c.state?.state ?? 'offline') === state).length })).filter((x) => x.count > 0);
}

/** byOffice sorts queues: one's own first, then by office and name. */
export function byOffice(queues: Queue[]): Queue[] {
  return queues.toSorted((a, b) => Number(b.mine) - Number(a.mine) || a.office.localeCompare(b.office) || a.name.localeCompare(b.name));
}
