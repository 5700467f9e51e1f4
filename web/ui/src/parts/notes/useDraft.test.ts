import { beforeEach, expect, it } from 'vitest';
import { tidy } from './useDraft';

beforeEach(() => localStorage.clear());

const put = (n: number, sent: boolean) =>
  localStorage.setItem(`callcard.note.anna.call.${n}`, JSON.stringify({ id: `n${n}`, text: 'x', sent: sent ? 'x' : undefined, at: n }));

it('takes the oldest saved notes off a full shelf, and nothing that is not saved', () => {
  localStorage.setItem('callcard.theme', 'dark');
  for (let n = 0; n < 55; n++) put(n, n !== 1);
  tidy(localStorage);
  const left = Array.from({ length: 55 }, (_, n) => n).filter((n) => localStorage.getItem(`callcard.note.anna.call.${n}`));
  expect(left).toHaveLength(50);
  expect(left.slice(0, 2)).toEqual([1, 6]);
  expect(localStorage.getItem('callcard.theme')).toBe('dark');
});

it('leaves a shelf alone that has room', () => {
  for (let n = 0; n < 50; n++) put(n, true);
  tidy(localStorage);
  expect(localStorage.length).toBe(50);
});
