import { beforeAll, describe, expect, it } from 'vitest';
import { enough, type Formatter, formatTyped, loadFormatter } from './typedNumber';

describe('a number is grouped while it is typed', () => {
  let format: Formatter;
  beforeAll(async () => {
    format = await loadFormatter('Asia/Tashkent');
  });

  it.each([
    ['+998901234567', '+99890123456', '+998 90 123 45 67'],
    ['901234567', '90123456', '90 123 45 67'],
    ['+74951234567', '+7495123456', '+7 495 123 45 67'],
  ])('%s', (next, before, shown) => expect(formatTyped(next, before, next.length, format)).toBe(shown));

  it('leaves what is deleted', () => expect(formatTyped('+998 9', '+998 90', 6, format)).toBe('+998 9'));
  it('leaves what is typed into the middle', () => expect(formatTyped('+9989901', '+998901', 5, format)).toBe('+9989901'));
  it('leaves what is no number', () => expect(formatTyped('anna@', 'anna', 5, format)).toBe('anna@'));
});

it('asks for whole numbers only', () => expect(['+998 90', '90 123 45 67'].map(enough)).toEqual([false, true]));
