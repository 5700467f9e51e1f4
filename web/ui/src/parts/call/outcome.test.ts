import { expect, test } from 'vitest';
import { outcomeOf } from './outcome';

const ended = { state: 'ended', direction: 'inbound' } as const;

test('a call that goes on is what it is doing', () => {
  expect(outcomeOf({ state: 'held', direction: 'inbound' })).toBe('held');
});

test('a talk that took place is answered', () => {
  expect(outcomeOf({ ...ended, end_reason: 'completed', answered_at: '2026-11-02T10:00:00Z' })).toBe('answered');
});

test('a client who gave up, and one whom we did not reach', () => {
  expect(outcomeOf({ ...ended, end_reason: 'abandoned' })).toBe('abandoned');
  expect(outcomeOf({ ...ended, end_reason: 'unanswered' })).toBe('unanswered');
  expect(outcomeOf({ ...ended, direction: 'outbound', end_reason: 'unanswered' })).toBe('not_reached');
});

test('a talk that was cut off tells the fault', () => {
  expect(outcomeOf({ ...ended, end_reason: 'media_lost', answered_at: '2026-11-02T10:00:00Z' })).toBe('media_lost');
});
