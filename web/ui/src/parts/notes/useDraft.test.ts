import { beforeEach, expect, it, vi } from 'vitest';
import { oneDraft, tidy } from './useDraft';
import type { Kept, World } from './draft';

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

it('has one draft of a place while it is not sent, however often its screen is left', async () => {
  vi.useFakeTimers();
  let disk: Kept | undefined;
  let up = false;
  const notes = new Map<string, string>();
  const world: World = {
    load: () => disk,
    keep: (k) => (disk = k),
    send: (id, text) => (up ? Promise.resolve(notes.set(id, text)) : Promise.reject(new Error('offline'))),
    remove: () => Promise.resolve(),
    newId: () => 'n1',
    passing: () => true,
  };
  const first = oneDraft('place', world);
  first.type('half');
  await vi.advanceTimersByTimeAsync(1000);
  first.close();
  const second = oneDraft('place', world);
  expect(second).toBe(first);
  second.type('half and half');
  up = true;
  await vi.advanceTimersByTimeAsync(5000);
  expect([...notes]).toEqual([['n1', 'half and half']]);
  expect(disk?.text).toBe('half and half');
  expect(oneDraft('place', world)).not.toBe(first);
  vi.useRealTimers();
});
