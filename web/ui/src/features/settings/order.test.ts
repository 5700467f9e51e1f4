import { expect, it } from 'vitest';
import { moved, placeAt } from './order';

it.each([
  [0, 2, 'bca'],
  [2, 0, 'cab'],
  [1, 1, 'abc'],
  [0, -1, 'abc'],
  [2, 9, 'abc'],
  [5, 0, 'abc'],
])('%d to %d', (from, to, expected) => expect(moved(['a', 'b', 'c'], from, to).join('')).toBe(expected));

it('finds the place under the pointer', () => {
  const middles = [10, 30, 50];
  expect(placeAt(middles, 5, 1)).toBe(0);
  expect(placeAt(middles, 35, 0)).toBe(1);
  expect(placeAt(middles, 60, 0)).toBe(2);
  expect(placeAt(middles, 29, 1)).toBe(1);
});
