import { expect, test } from 'vitest';
import { ladderOf, ladderText } from './ladder';

const message = (ms: number, leg: string, sent: boolean, head: string) => ({
  at: new Date(1_764_000_000_000 + ms).toISOString(), leg, sent, head, peer: `${leg}.example:5060/udp`, text: `${head}\r\nVia: x\r\n\r\n`,
});

const call = [
  message(0, 'client', false, 'INVITE sip:+998712000001@callcard SIP/2.0'),
  message(4, 'client', true, 'SIP/2.0 100 Trying'),
  message(20, 'anna', true, 'INVITE sip:101@phone SIP/2.0'),
  message(90, 'anna', false, 'SIP/2.0 486 Busy Here'),
  message(120, 'bek', true, 'INVITE sip:102@phone SIP/2.0'),
  message(2000, 'bek', false, 'SIP/2.0 200 OK'),
];

test('we stand between the client and whom we rang', () => {
  const { lanes, rungs } = ladderOf(call);
  expect(lanes.map((l) => l.leg)).toEqual(['client', '', 'anna', 'bek']);
  expect(rungs.map((r) => [r.from, r.to])).toEqual([[0, 1], [1, 0], [1, 2], [2, 1], [1, 3], [3, 1]]);
});

test('an arrow says what it is, and how it went', () => {
  expect(ladderOf(call).rungs.map((r) => [r.label, r.meaning, r.ms])).toEqual([
    ['INVITE', 'request', 0], ['100 Trying', 'progress', 4], ['INVITE', 'request', 20],
    ['486 Busy Here', 'failure', 90], ['INVITE', 'request', 120], ['200 OK', 'success', 2000],
  ]);
});

test('the text has every message with its time and direction', () => {
  expect(ladderText(call.slice(0, 2))).toBe(
    `${call[0]!.at} < client.example:5060/udp\n${call[0]!.head}\nVia: x\n\n${call[1]!.at} > client.example:5060/udp\n${call[1]!.head}\nVia: x\n`,
  );
});

test('no messages, no lanes but our own', () => {
  expect(ladderOf([])).toEqual({ lanes: [{ leg: '', peer: '' }], rungs: [] });
});
