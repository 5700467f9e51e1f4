import type { Call } from '@/api/schema';
import type { Meaning } from '@/ui/Meaning';

/** Outcome is a call in one word: what it is doing while it goes on, how it went when it is over. */
export type Outcome =
  | 'arrived'
  | 'queued'
  | 'ringing'
  | 'talking'
  | 'held'
  | 'answered'
  | 'abandoned'
  | 'unanswered'
  | 'not_reached'
  | 'rejected'
  | 'media_lost'
  | 'failed'
  | 'interrupted';

/** outcomeOf: a talk that took place is answered; of a lost or cut one the fault is told first. */
export function outcomeOf(call: Pick<Call, 'state' | 'end_reason' | 'direction' | 'answered_at'>): Outcome {
  if (call.state !== 'ended') return call.state;
  switch (call.end_reason) {
    case 'media_lost':
    case 'interrupted':
    case 'failed':
    case 'rejected':
      return call.end_reason;
    case 'abandoned':
    case 'unanswered':
      return call.direction === 'inbound' ? call.end_reason : 'not_reached';
    default:
      return call.answered_at ? 'answered' : 'not_reached';
  }
}

/** What an outcome's colour means. Going on: as everywhere, amber rings, green talks. */
export const outcomeMeaning: Record<Outcome, Meaning> = {
  arrived: 'wait',
  queued: 'wait',
  ringing: 'wait',
  talking: 'ok',
  held: 'info',
  answered: 'idle',
  abandoned: 'bad',
  unanswered: 'bad',
  not_reached: 'idle',
  rejected: 'bad',
  media_lost: 'wait',
  failed: 'bad',
  interrupted: 'bad',
};

/** isGoing: somebody is still on the line. */
export const isGoing = (call: Pick<Call, 'state'>) => call.state !== 'ended';

/** numberOf is the client's number of a call; of an internal one the number that was dialled. */
export const numberOf = (call: Pick<Call, 'direction' | 'from' | 'to'>) => (call.direction === 'inbound' ? call.from : call.to);
