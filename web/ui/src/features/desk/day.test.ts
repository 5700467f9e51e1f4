import { describe, expect, it } from 'vitest';
import type { Call, Ring } from '@/api/schema';
import { dayOf, midnight, recentClients } from './day';

const ring = (agent: string, result: Ring['result']) => ({ leg: 'l', agent, agent_id: agent, reason: 'linear', at: '', result }) as Ring;
let n = 0;
const call = (over: Partial<Call>) => ({ id: `c${n++}`, state: 'ended', agent: 'anna', talk_ms: 0, started_at: '2026-11-25T10:00:00Z', route: [], ...over }) as unknown as Call;
const talk = (over: Partial<Call>) => call({ answered_at: '2026-11-25T10:00:05Z', ...over });

describe('my day', () => {
  it('counts talks, their time and their mean', () => {
    expect(dayOf([talk({ talk_ms: 60_000 }), talk({ talk_ms: 120_000 })], 'anna')).toEqual({ talks: 2, talkMs: 180_000, averageMs: 90_000, missed: 0 });
  });

  it('has no mean without talks', () => {
    expect(dayOf([], 'anna').averageMs).toBeUndefined();
  });

  it('counts as missed what rang here and was not taken, once a call', () => {
    const twice = call({ route: [ring('anna', 'no_answer'), ring('anna', 'declined')] });
    const byBek = talk({ agent: 'bek', talk_ms: 9_000, route: [ring('anna', 'no_answer'), ring('bek', 'answered')] });
    const later = talk({ route: [ring('anna', 'no_answer'), ring('anna', 'answered')] });
    const gone = call({ route: [ring('anna', 'caller_gone')] });
    expect(dayOf([twice, byBek, later, gone], 'anna')).toMatchObject({ talks: 1, talkMs: 0, missed: 2 });
  });
});

it('knows whom one has spoken with, the last first', () => {
  const calls = [
    talk({ contact_id: 'a', contact_name: 'Aziz', started_at: '2026-11-25T09:00:00Z' }),
    talk({ contact_id: 'b', contact_name: 'Bahor', started_at: '2026-11-25T11:00:00Z' }),
    talk({ contact_id: 'a', contact_name: 'Aziz', started_at: '2026-11-25T12:00:00Z' }),
    talk({ contact_id: 'c', agent: 'bek' }),
    call({ contact_id: 'd' }),
  ];
  expect(recentClients(calls, 'anna', 8).map((c) => c.name)).toEqual(['Aziz', 'Bahor']);
  expect(recentClients(calls, 'anna', 1)).toHaveLength(1);
});

it("begins at the user's midnight", () => {
  expect(midnight(new Date(2026, 10, 25, 17, 5))).toBe(new Date(2026, 10, 25).toISOString());
});
