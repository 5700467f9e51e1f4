import { expect, it } from 'vitest';
import { narrowed, parseListSearch } from './search';

it('keeps what a link holds', () => {
  const link = { q: 'Anna', kind: 'person', type: 'client', owner: 'mine', sort: 'name', new: true };
  expect(parseListSearch(link)).toEqual(link);
});

it('reads digits as text', () => expect(parseListSearch({ q: 901234567 })).toEqual({ q: '901234567' }));

it('drops defaults and what it does not know', () =>
  expect(parseListSearch({ q: '  ', kind: 'robot', type: 7, owner: 'bek', sort: 'last_touch', new: 'yes' })).toEqual({}));

it.each([
  [{}, false],
  [{ sort: 'name' as const }, false],
  [{ q: 'x' }, true],
  [{ owner: 'mine' as const }, true],
])('%o narrows the list: %s', (search, is) => expect(narrowed(search)).toBe(is));
