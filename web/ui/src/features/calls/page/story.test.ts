import { expect, test } from 'vitest';
import type { CallDetail } from '@/api/schema';
import { current, holds, secondsIn, storyOf } from './story';

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 25, 9, 0, seconds)).toISOString();

const decision = (seconds: number, reason = 'nobody_free') => ({ at: at(seconds), reason, candidates: [], excluded: [{ agent: 'anna', agent_id: 'a', why: 'talking' }] });

const talk: CallDetail = {
  id: 'c', seq: 14, direction: 'inbound', state: 'ended', from: '+998901234567', to: '+998712000001', line: 'carrier', queue: 'sales',
  contact_id: 'k', contact_name: 'Ўткир Алиев', started_at: at(0), queued_at: at(0), answered_at: at(30), ended_at: at(90),
  wait_ms: 30_000, talk_ms: 60_000, hold_ms: 10_000, end_reason: 'completed', ended_by: 'caller',
  route: [
    { leg: '1', agent: 'anna', agent_id: 'a', reason: 'previous_free', at: at(2), ended_at: at(22), result: 'no_answer', code: 408 },
    { leg: '2', agent: 'bek', agent_id: 'b', reason: 'least_busy', at: at(25), ended_at: at(30), result: 'answered' },
  ],
  decisions: [decision(1, 'previous_free'), decision(22), decision(23), decision(24)],
  recording: { id: 'r', ready: true, duration_ms: 60_000, url: '/r' },
  story: [
    { at: at(0), kind: 'identified', agent: 'anna' },
    { at: at(30), kind: 'answered', agent: 'bek' },
    { at: at(30), kind: 'recording' },
    { at: at(50), kind: 'held', by: 'agent' },
    { at: at(60), kind: 'resumed', by: 'agent' },
    { at: at(90), kind: 'recorded' },
    { at: at(90), kind: 'wrap_up', agent: 'bek', until: at(110) },
    { at: at(100), kind: 'wrap_up_ended', agent: 'bek' },
  ],
  notes: [],
};

test('a call is told from its beginning to its end, causes before effects', () => {
  const lines = storyOf(talk);
  expect(lines.map((l) => l.kind)).toEqual([
    'arrived', 'identified', 'queued', 'routed', 'rang', 'routed', 'rang', 'answered', 'held', 'ended', 'wrap_up',
  ]);
  expect(lines[1]).toMatchObject({ card: 'known', lastAgent: 'anna' });
  expect(lines[4]).toMatchObject({ ms: 20_000 });
  expect(lines.at(-1)).toMatchObject({ agent: 'bek', ms: 10_000 });
});

test('decisions that came out the same are told once', () => {
  expect(storyOf(talk).filter((l) => l.kind === 'routed')).toMatchObject([{ again: 0 }, { at: at(22), again: 2 }]);
});

test('what a supervisor did with a waiting caller is told, and the first queue is the one he came into', () => {
  const story: CallDetail['story'] = [
    { at: at(5), kind: 'moved', by: 'supervisor', agent: 'boss', from: 'service', queue: 'sales', words: 'wrong number' },
    { at: at(9), kind: 'assigned', by: 'supervisor', agent: 'boss', whom: 'bek' },
  ];
  const told = storyOf({ ...talk, story });
  expect(told.find((l) => l.kind === 'queued')).toMatchObject({ queue: 'service' });
  expect(told.filter((l) => l.kind === 'moved' || l.kind === 'assigned')).toMatchObject([
    { by: 'boss', from: 'service', queue: 'sales', words: 'wrong number' },
    { by: 'boss', agent: 'bek' },
  ]);
});

test('hold ends when it is taken back, or with the call', () => {
  expect(holds(talk)).toMatchObject([{ by: 'agent', ms: 10_000 }]);
  const cut = { ...talk, story: [{ at: at(80), kind: 'held', by: 'caller' } as const] };
  expect(holds(cut)).toMatchObject([{ ms: 10_000 }]);
  expect(holds({ ...cut, ended_at: undefined })[0]!.ms).toBeUndefined();
});

test('the times without the agent are told, and that the client was put back', () => {
  const story: CallDetail['story'] = [
    { at: at(40), kind: 'agent_lost', agent: 'bek', until: at(70) },
    { at: at(43), kind: 'agent_back', agent: 'bek' },
    { at: at(50), kind: 'agent_lost', agent: 'bek', until: at(80) },
    { at: at(80), kind: 'queued' },
  ];
  const told = storyOf({ ...talk, story }).filter((l) => l.kind === 'away' || l.kind === 'requeued');
  expect(told).toMatchObject([
    { kind: 'away', agent: 'bek', ms: 3000 },
    { kind: 'away', ms: 30_000 },
    { kind: 'requeued', queue: 'sales' },
  ]);
  const now = storyOf({ ...talk, ended_at: undefined, story: story.slice(0, 1) }).find((l) => l.kind === 'away');
  expect(now).toMatchObject({ agent: 'bek', ms: undefined });
});

test('a call out is told from the dialling on', () => {
  const out: CallDetail = {
    ...talk, direction: 'outbound', agent: 'bek', queue: undefined, queued_at: undefined, route: [], decisions: [],
    story: [{ at: at(0), kind: 'identified' }, { at: at(5), kind: 'dialled', line: 'carrier' }, { at: at(7), kind: 'dialled', line: 'spare' }, { at: at(30), kind: 'answered', agent: 'bek' }],
  };
  expect(storyOf(out).map((l) => l.kind)).toEqual(['arrived', 'identified', 'dialled', 'dialled', 'answered', 'ended']);
  expect(storyOf(out)[3]).toMatchObject({ line: 'spare' });
});

test('who called is told even when nothing is known of him', () => {
  const card = (c: Partial<CallDetail>) => storyOf({ ...talk, contact_id: undefined, story: [], ...c })[1];
  expect(card({ anonymous: true })).toMatchObject({ card: 'anonymous' });
  expect(card({ crm_offline: true })).toMatchObject({ card: 'offline' });
  expect(card({ candidates: [{ contact: 'x', name: 'X', reason: 'person' }] })).toMatchObject({ card: 'shared' });
  expect(card({ contact_id: 'k', card_created: true })).toMatchObject({ card: 'made' });
});

test('a call from memory has no moments, and still its answer', () => {
  expect(storyOf({ ...talk, agent: 'bek', story: [] }).find((l) => l.kind === 'answered')).toMatchObject({ at: at(30), agent: 'bek' });
});

test('the story follows the recording', () => {
  expect(secondsIn(talk, at(50))).toBe(20);
  expect(secondsIn(talk, at(10))).toBeUndefined();
  const lines = storyOf(talk);
  expect(lines[current(talk, lines, 5)]?.kind).toBe('answered');
  expect(lines[current(talk, lines, 25)]?.kind).toBe('held');
});
