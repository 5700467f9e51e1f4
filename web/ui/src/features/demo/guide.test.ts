import { expect, it } from 'vitest';
import type { LiveEvent } from '@/api/schema';
import { advance, beginning, type Guide, next } from './guide';

const change = (what: string, id: string, over: object = {}) => ({ type: 'call.changed', data: { what, call: { id, contact_id: 'k', route: [], ...over } } }) as unknown as LiveEvent;
const offered = (id: string, reason: string) => ({ type: 'call.offered', data: { call: { id, contact_id: 'k' }, card: { reason } } }) as unknown as LiveEvent;
const play = (...events: LiveEvent[]): Guide => events.reduce(advance, beginning);

const first = [change('arrived', 'c1'), offered('c1', 'least_busy'), change('answered', 'c1'), change('ended', 'c1'), change('recorded', 'c1')];

it('goes through the first call and waits for the second', () => {
  expect(next(beginning)).toBe('call');
  const g = play(...first);
  expect(next(g)).toBe('again');
  expect(g.call).toBe('c1');
  expect(next(play(...first, change('arrived', 'c2'), offered('c2', 'previous_free')))).toBeUndefined();
});

it('does not take another least busy manager for the previous one', () => {
  expect(next(play(...first, offered('c2', 'least_busy')))).toBe('again');
});

it('shows the card as seen only when it was on this screen', () => {
  expect(play(change('arrived', 'c1'), change('offered', 'c1')).done).toEqual(['call']);
});

it('keeps to the call that has been recorded', () => {
  expect(play(...first, change('arrived', 'c2')).call).toBe('c1');
});
