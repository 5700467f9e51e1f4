import { expect, test } from 'vitest';
import type { Call } from '@/api/schema';
import { withGoing } from './going';

const call = (id: string, minute: number, more: Partial<Call> = {}): Call => ({
  id, seq: 1, direction: 'inbound', state: 'ringing', from: '+998901234567', to: '+998712000001', line: 'carrier', queue: 'sales',
  started_at: new Date(Date.UTC(2026, 10, 25, 9, minute)).toISOString(), wait_ms: 0, talk_ms: 0, hold_ms: 0, route: [], ...more,
});
const ids = (calls: Call[]) => calls.map((c) => c.id);
const list = [call('b', 2, { state: 'ended' }), call('a', 1, { state: 'ended' })];

test('a call that goes on stands on top before the history has it, and once', () => {
  expect(ids(withGoing(list, { c: call('c', 3) }, {}))).toEqual(['c', 'b', 'a']);
  expect(withGoing(list, { b: call('b', 2) }, {})).toBe(list);
});

test('one that is wrapped up is the history’s', () => {
  expect(withGoing(list, { c: call('c', 3, { state: 'ended' }) }, {})).toBe(list);
});

test('a filter holds for it too', () => {
  const live = { c: call('c', 3) };
  expect(ids(withGoing(list, live, { queue: 'sales', period: 'today' }))).toEqual(['c', 'b', 'a']);
  expect(withGoing(list, live, { queue: 'service' })).toBe(list);
  expect(withGoing(list, live, { result: 'missed' })).toBe(list);
});
