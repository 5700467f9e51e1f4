import { expect, it } from 'vitest';
import { dueAt } from './due';

it('puts a call-back off across the end of a month', () => {
  const now = new Date(2026, 10, 30, 17, 45);
  expect(dueAt('hour', now)).toEqual(new Date(2026, 10, 30, 18, 45));
  expect(dueAt('tomorrow', now)).toEqual(new Date(2026, 11, 1, 9, 0));
  expect(dueAt('week', now)).toEqual(new Date(2026, 11, 7, 9, 0));
});
