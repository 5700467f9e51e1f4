import { describe, expect, it } from 'vitest';
import { dueOf, dueOn } from './due';

const wednesday = new Date(2026, 10, 25, 14, 30);

describe('a preset', () => {
  it.each([
    ['hour', new Date(2026, 10, 25, 15, 30)],
    ['today', new Date(2026, 10, 25, 18, 0)],
    ['tomorrow', new Date(2026, 10, 26, 9, 0)],
    ['week', new Date(2026, 10, 30, 9, 0)],
  ] as const)('%s', (preset, at) => expect(dueOf(preset, wednesday)).toEqual(at));

  it('next week on a Monday and on a Sunday', () => {
    expect(dueOf('week', new Date(2026, 10, 23, 8))).toEqual(new Date(2026, 10, 30, 9));
    expect(dueOf('week', new Date(2026, 10, 29, 8))).toEqual(new Date(2026, 10, 30, 9));
  });

  it('today after the working day is in an hour', () => expect(dueOf('today', new Date(2026, 10, 25, 19, 0))).toEqual(new Date(2026, 10, 25, 20, 0)));
  it('leaves the given time alone', () => {
    const now = new Date(wednesday);
    dueOf('tomorrow', now);
    expect(now).toEqual(wednesday);
  });
});

describe('a day that was picked', () => {
  it('is meant at nine', () => expect(dueOn('2026-12-01', wednesday)).toEqual(new Date(2026, 11, 1, 9)));
  it('is in an hour when it is today after nine', () => expect(dueOn('2026-11-25', wednesday)).toEqual(new Date(2026, 10, 25, 15, 30)));
  it('is none when it is no day', () => expect(dueOn('', wednesday)).toBeUndefined());
});
