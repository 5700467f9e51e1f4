import type { LiveEvent } from '@/api/schema';

/** The steps of the first call, in the order in which a newcomer meets them. */
export const steps = ['call', 'card', 'talk', 'recording', 'again'] as const;
export type Step = (typeof steps)[number];

/** Guide is how far a newcomer has come, and with which call. */
export interface Guide {
  done: readonly Step[];
  /** The call of the first story: its page shows the recording and the reasons. */
  call?: string;
  contact?: string;
}

export const beginning: Guide = { done: [] };

/** next is the step that the newcomer is at; undefined when he has seen everything. */
export const next = (g: Guide): Step | undefined => steps.find((s) => !g.done.includes(s));

/** advance follows what really goes on in the office; nothing is ticked that did not happen. */
export function advance(g: Guide, e: LiveEvent): Guide {
  if (e.type === 'call.offered') {
    const { call, card } = e.data;
    const again = g.done.includes('recording') && card.reason.startsWith('previous_');
    return reached(remember(g, call.id, call.contact_id), again ? ['call', 'card', 'again'] : ['call', 'card']);
  }
  if (e.type !== 'call.changed') return g;
  const { what, call } = e.data;
  const seen = remember(g, call.id, call.contact_id);
  switch (what) {
    case 'arrived':
      return reached(seen, ['call']);
    case 'offered': {
      const again = g.done.includes('recording') && call.route.at(-1)?.reason.startsWith('previous_');
      return reached(seen, again ? ['call', 'again'] : ['call']);
    }
    case 'answered':
      return reached(seen, ['talk']);
    case 'recorded':
      return reached(seen, ['recording']);
    default:
      return seen;
  }
}

const reached = (g: Guide, now: Step[]): Guide => {
  const fresh = now.filter((s) => !g.done.includes(s));
  return fresh.length ? { ...g, done: [...g.done, ...fresh] } : g;
};

// The first call is the story; a newer one takes its place until there is a recording.
const remember = (g: Guide, call: string, contact: string | undefined): Guide =>
  g.done.includes('recording') || (g.call === call && g.contact === contact) ? g : { ...g, call, contact: contact ?? (g.call === call ? g.contact : undefined) };
