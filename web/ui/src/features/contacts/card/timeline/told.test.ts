import { expect, it } from 'vitest';
import { outcomeOf } from '@/parts/call/outcome';
import { toldOf } from './told';

it.each([
  [{ direction: 'inbound' as const, status: 'completed', seconds: 65 }, 'answered'],
  [{ direction: 'inbound' as const, status: 'missed', seconds: 0 }, 'unanswered'],
  [{ direction: 'outbound' as const, status: 'unanswered', seconds: 0 }, 'not_reached'],
  [{ direction: 'inbound' as const, status: 'rejected', seconds: 0 }, 'rejected'],
  [{ status: 'of another source', seconds: 12 }, 'answered'],
])('%j was %s', (line, outcome) => expect(outcomeOf(toldOf({ at: '2026-11-25T10:00:00Z', ...line }))).toBe(outcome));
