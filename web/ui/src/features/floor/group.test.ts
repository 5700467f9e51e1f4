import { describe, expect, it } from 'vitest';
import type { Agent, AgentState, Board, Call } from '@/api/schema';
import { byOffice, colleaguesOf, countStates, waitersOf } from './group';

const call = (id: string, queued_at: string, over: Partial<Call> = {}) => ({ id, queue: 'sales', state: 'queued', queued_at, ...over }) as Call;
const board = (...ids: string[]) => ({ calls: ids.map((id, n) => ({ call: id, entered_at: `2026-11-25T09:0${n}:00Z`, wait_ms: 0, priority: 0 })) }) as unknown as Board;

describe('who waits', () => {
  it('are the unanswered calls of the queue, the longest first', () => {
    const calls = {
      b: call('b', '2026-11-25T10:01:00Z'),
      a: call('a', '2026-11-25T10:00:00Z', { state: 'ringing' }),
      t: call('t', '2026-11-25T09:00:00Z', { state: 'talking', answered_at: '2026-11-25T09:01:00Z' }),
      e: call('e', '2026-11-25T09:00:00Z', { state: 'ended' }),
      o: call('o', '2026-11-25T09:00:00Z', { queue: 'service' }),
    };
    expect(waitersOf('sales', { queue: 'sales', waiting: 2 }, calls, undefined).map((w) => w.id)).toEqual(['a', 'b']);
  });

  it('are also those whom one may not see, without who they are', () => {
    const waiters = waitersOf('sales', { queue: 'sales', waiting: 2 }, { a: call('a', '2026-11-25T10:00:00Z') }, board('x', 'a'));
    expect(waiters).toEqual([
      { id: 'x', since: '2026-11-25T09:00:00Z', call: undefined },
      expect.objectContaining({ id: 'a' }),
    ]);
  });

  it('are no more than the newest count says, however old the board is', () => {
    expect(waitersOf('sales', { queue: 'sales', waiting: 1 }, {}, board('x', 'y'))).toHaveLength(1);
    expect(waitersOf('sales', undefined, {}, board('x', 'y'))).toEqual([]);
  });
});

const agent = (login: string, ...queues: string[]) => ({ id: login, login, name: login, office: 'T', queues }) as Agent;
const state = (s: AgentState['state']) => ({ state: s, since: '' }) as AgentState;

describe('the agents of a queue', () => {
  it('stand by what they do, and then by name', () => {
    const live = { anna: state('break'), bek: state('ringing'), dina: state('talking'), emir: state('break') };
    const list = colleaguesOf('sales', [agent('emir', 'sales'), agent('anna', 'sales'), agent('bek', 'sales'), agent('carl', 'service'), agent('dina', 'sales')], live);
    expect(list.map((c) => c.login)).toEqual(['bek', 'dina', 'anna', 'emir']);
    expect(countStates(list)).toEqual([
      { state: 'ringing', count: 1 },
      { state: 'talking', count: 1 },
      { state: 'break', count: 2 },
    ]);
  });

  it('have the state of the list until a newer one is told', () => {
    const known = { ...agent('anna', 'sales'), state: state('available') };
    expect(colleaguesOf('sales', [known], {})[0]?.state?.state).toBe('available');
    expect(colleaguesOf('sales', [known], { anna: state('offline') })[0]?.state?.state).toBe('offline');
  });
});

it("puts one's own queues first", () => {
  const queue = (name: string, office: string, mine = false) => ({ name, office, mine, strategy: '', waiting: 0 });
  expect(byOffice([queue('b', 'Tashkent'), queue('a', 'Tashkent'), queue('z', 'Tashkent', true), queue('c', 'Samarkand')]).map((q) => q.name)).toEqual(['z', 'c', 'a', 'b']);
});
