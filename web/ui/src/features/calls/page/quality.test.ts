import { expect, test } from 'vitest';
import { gradeOf, lossOf } from './quality';

test('a MOS in words', () => {
  expect([4.4, 4, 3.99, 3.6, 3.2].map(gradeOf)).toEqual(['good', 'good', 'fair', 'fair', 'bad']);
});

test('loss is the share of what should have come', () => {
  expect(lossOf({ received: 990, lost: 10 })).toBe(0.01);
  expect(lossOf({ received: 0, lost: 0 })).toBe(0);
});
