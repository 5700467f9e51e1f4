import { beforeEach, expect, it } from 'vitest';
import { keepDraft, takeDraft } from './noteShelf';

beforeEach(() => localStorage.clear());

it('gives back what was typed', () => {
  keepDraft('c1', { id: 'n', body: 'hello', saved: false, at: 1 });
  expect(takeDraft('c1')).toEqual({ id: 'n', body: 'hello', saved: false, at: 1 });
  expect(takeDraft('c2')).toBeUndefined();
});

it('forgets the oldest', () => {
  for (let n = 0; n < 25; n++) keepDraft(`c${n}`, { id: 'n', body: '', saved: true, at: n });
  expect(takeDraft('c4')).toBeUndefined();
  expect(takeDraft('c5')).toBeDefined();
});

it('is empty when the shelf is broken', () => {
  localStorage.setItem('callcard.callNotes', '{');
  expect(takeDraft('c1')).toBeUndefined();
});
