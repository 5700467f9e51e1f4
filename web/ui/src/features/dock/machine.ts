import type { AgentState, Call, Card, Offer } from '@/api/schema';
import type { Picture } from '@/live/picture';

/**
 * DockState is what the agent's phone does, as the dock shows it:
 *
 *	idle -> ringing -> talking <-> held -> wrapUp -> idle
 *	idle -> dialling -> talking
 *
 * `absent`: the user takes no calls. Any state can follow any other: after a lost
 * connection one sees only where it has led.
 */
export type DockState =
  | { at: 'absent' }
  | { at: 'idle'; me: AgentState }
  | { at: 'ringing'; me: AgentState; offer: Offer; card: Card }
  | { at: 'dialling'; me: AgentState; call: Call; card: Card | undefined }
  | { at: 'talking'; me: AgentState; call: Call; card: Card | undefined }
  | { at: 'held'; me: AgentState; call: Call; card: Card | undefined; since: string }
  | { at: 'wrapUp'; me: AgentState; call: Call | undefined; card: Card | undefined; since: string; until: string };

export const absent: DockState = { at: 'absent' };

/** next is the state of the dock that a picture gives; nothing new: the very same. */
export function next(before: DockState, p: Picture): DockState {
  const me = p.me;
  if (!me) return absent;
  const after = of(p, me);
  return same(before, after) ? before : after;
}

function of(p: Picture, me: AgentState): DockState {
  const talk = myTalk(p, me);
  if (talk) {
    const card = p.cards[talk.id];
    if (talk.state !== 'held') return { at: 'talking', me, call: talk, card };
    return { at: 'held', me, call: talk, card, since: talk.held_at ?? me.since };
  }
  const placed = myPlaced(p, me);
  if (placed) return { at: 'dialling', me, call: placed, card: p.cards[placed.id] };
  const offer = oldestOffer(p);
  if (offer) return { at: 'ringing', me, offer, card: p.cards[offer.call.id] ?? offer.card };
  const wrapped = Object.values(p.calls).find((c) => c.wrap_up?.agent_id === me.agent_id);
  const until = wrapped?.wrap_up?.until ?? me.until;
  if (me.state === 'wrap_up' && until) {
    return { at: 'wrapUp', me, call: wrapped, card: wrapped && p.cards[wrapped.id], since: me.since, until };
  }
  return { at: 'idle', me };
}

// A supervisor's picture has the talks of others too.
function myTalk(p: Picture, me: AgentState): Call | undefined {
  return Object.values(p.calls).find((c) => c.agent_id === me.agent_id && (c.state === 'talking' || c.state === 'held'));
}

// A call that he places himself, until somebody answers it.
function myPlaced(p: Picture, me: AgentState): Call | undefined {
  return Object.values(p.calls).find((c) => c.direction !== 'inbound' && c.agent_id === me.agent_id && (c.state === 'arrived' || c.state === 'ringing'));
}

function oldestOffer(p: Picture): Offer | undefined {
  return Object.values(p.offers).sort((a, b) => a.call.started_at.localeCompare(b.call.started_at))[0];
}

/** callOf is the call that the dock shows, if there is one. */
export function callOf(s: DockState): Call | undefined {
  if (s.at === 'absent' || s.at === 'idle') return undefined;
  return s.at === 'ringing' ? s.offer.call : s.call;
}

/** ringSince is when the phone began to ring. */
export function ringSince({ call, leg }: Offer): string {
  return call.route.find((r) => r.leg === leg)?.at ?? call.started_at;
}

function same(a: DockState, b: DockState): boolean {
  const fields = Object.keys(b) as (keyof typeof b)[];
  return a.at === b.at && fields.every((k) => a[k] === b[k]);
}
