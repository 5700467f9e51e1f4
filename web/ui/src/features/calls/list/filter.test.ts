import { expect, test } from 'vitest';
import { askFor, changed, narrowings, readFilter } from './filter';

const now = new Date(2026, 10, 25, 14, 30);
const at = (y: number, m: number, d: number) => new Date(y, m - 1, d).toISOString();

test('an address gives the filter that it was made of', () => {
  const filter = { q: 'Ўткир', period: 'range', from: '2026-11-01', to: '2026-11-20', result: 'missed', queue: 'sales', recorded: true } as const;
  expect(readFilter({ ...filter })).toEqual(filter);
});

test('what an address does not mean is forgotten, not believed', () => {
  expect(readFilter({ q: 90123, period: 'for ever', direction: 'sideways', result: '', from: '2026-11-01', recorded: 'no' })).toEqual({ q: '90123' });
  expect(readFilter({ period: 'range', from: '2026-13-45' })).toEqual({ period: 'range' });
});

test('a change leaves the rest, and empties with nothing', () => {
  expect(changed({ q: 'ali', queue: 'sales' }, { queue: undefined, agent: 'anna' })).toEqual({ q: 'ali', agent: 'anna' });
  expect(changed({ period: 'range', from: '2026-11-01' }, { period: 'today' })).toEqual({ period: 'today' });
});

test('days begin at midnight and a range holds its last day', () => {
  expect(askFor({ period: 'today' }, now)).toEqual({ since: at(2026, 11, 25) });
  expect(askFor({ period: 'yesterday' }, now)).toEqual({ since: at(2026, 11, 24), until: at(2026, 11, 25) });
  expect(askFor({ period: 'week' }, now)).toEqual({ since: at(2026, 11, 19) });
  expect(askFor({ period: 'month' }, now)).toEqual({ since: at(2026, 11, 1) });
  expect(askFor({ period: 'range', from: '2026-10-30', to: '2026-10-31' }, now)).toEqual({ since: at(2026, 10, 30), until: at(2026, 11, 1) });
  expect(askFor({ q: 'ali', recorded: true }, now)).toEqual({ q: 'ali', recorded: true });
});

test('a period counts as one narrowing, words as none', () => {
  expect(narrowings({ q: 'ali', period: 'range', from: '2026-10-30', to: '2026-10-31', agent: 'anna' })).toBe(2);
});
