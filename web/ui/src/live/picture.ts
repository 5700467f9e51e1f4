import type { AgentState, Call, Card, LiveEvent, Offer, QueueLine } from '@/api/schema';

/**
 * Picture is what goes on at this moment, as far as the user may know: made of the
 * snapshot and every event since.
 */
export interface Picture {
  /** One's own state as an agent; missing for people who take no calls. */
  me?: AgentState;
  /** Calls that ring at the user, by id. */
  offers: Record<string, Offer>;
  /** The client on the screen, by id of the call: stays while the call is in `calls`. */
  cards: Record<string, Card>;
  /** Calls that go on, and those that are being wrapped up, by id. */
  calls: Record<string, Call>;
  /** By login. */
  agents: Record<string, AgentState>;
  /** Queues in which somebody waits, by name. */
  queues: Record<string, QueueLine>;
}

export const emptyPicture: Picture = { offers: {}, cards: {}, calls: {}, agents: {}, queues: {} };

/** apply is the picture after an event; an event that changes nothing gives `p` itself. */
export function apply(p: Picture, e: LiveEvent): Picture {
  switch (e.type) {
    case 'snapshot':
      return {
        me: e.data.me,
        offers: byKey(e.data.offers, (o) => o.call.id),
        cards: byKey(e.data.cards, (c) => c.call),
        calls: byKey(e.data.calls, (c) => c.id),
        agents: byKey(e.data.agents, (a) => a.agent),
        queues: byKey(e.data.queues, (q) => q.queue),
      };
    case 'call.offered': {
      const id = e.data.call.id;
      return {
        ...p,
        offers: { ...p.offers, [id]: e.data },
        cards: { ...p.cards, [id]: e.data.card },
        calls: { ...p.calls, [id]: newer(p.calls[id], e.data.call) },
      };
    }
    case 'call.card':
      return e.data.call in p.calls ? { ...p, cards: { ...p.cards, [e.data.call]: e.data } } : p;
    case 'call.changed':
      return withCall(p, newer(p.calls[e.data.call.id], e.data.call));
    case 'agent.state': {
      const mine = p.me?.agent_id === e.data.agent_id;
      return { ...p, me: mine ? e.data : p.me, agents: { ...p.agents, [e.data.agent]: e.data } };
    }
    case 'queue.changed':
      return { ...p, queues: { ...p.queues, [e.data.queue]: e.data } };
    case 'floor.changed':
      return {
        ...p,
        agents: { ...p.agents, ...byKey(e.data.agents, (a) => a.agent) },
        queues: { ...p.queues, ...byKey(e.data.queues, (q) => q.queue) },
      };
    case 'contact.changed':
      return e.data.contact ? withName(p, e.data.id, e.data.contact.name) : p;
    default:
      return p;
  }
}

function withName(p: Picture, contact: string, name: string): Picture {
  const calls = Object.values(p.calls).filter((c) => c.contact_id === contact && c.contact_name !== name);
  if (calls.length === 0) return p;
  return {
    ...p,
    calls: { ...p.calls, ...byKey(calls.map((c) => ({ ...c, contact_name: name })), (c) => c.id) },
  };
}

function withCall(p: Picture, call: Call): Picture {
  const going = call.state !== 'ended' || call.wrap_up !== undefined;
  const offer = p.offers[call.id];
  const ringing = going && offer !== undefined && call.route.some((r) => r.leg === offer.leg && r.result === undefined);
  return {
    ...p,
    offers: ringing ? { ...p.offers, [call.id]: { ...offer, call } } : without(p.offers, call.id),
    calls: going ? { ...p.calls, [call.id]: call } : without(p.calls, call.id),
    cards: going ? p.cards : without(p.cards, call.id),
  };
}

// Of two pictures of a call the one with the higher seq is the newer.
const newer = (a: Call | undefined, b: Call) => (a && a.seq > b.seq ? a : b);

const byKey = <T>(list: T[], key: (x: T) => string): Record<string, T> => Object.fromEntries(list.map((x) => [key(x), x]));

function without<T>(from: Record<string, T>, key: string): Record<string, T> {
  if (!(key in from)) return from;
  const rest = { ...from };
  delete rest[key];
  return rest;
}
