import { beforeEach, expect, it } from 'vitest';
import { forgetTime, hearTime, serverNow } from './clock';

const at = Date.parse('2026-11-25T12:00:00Z');
beforeEach(forgetTime);

it('is that of the computer until the server has spoken', () => expect(serverNow(at)).toBe(at));

it('follows the fastest message, be the computer fast or slow', () => {
  hearTime('2026-11-25T12:00:00Z', at + 15_400); // 15 s fast, 400 ms on the way
  hearTime('2026-11-25T12:00:05Z', at + 20_050);
  hearTime('2026-11-25T12:00:06Z', at + 22_000);
  expect(serverNow(at + 30_050)).toBe(at + 15_000);
  forgetTime();
  hearTime('2026-11-25T12:00:00Z', at - 9_950);
  expect(serverNow(at - 9_950)).toBe(at);
});

it('does not mind a message without a time', () => {
  hearTime('');
  expect(serverNow(at)).toBe(at);
});
