import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { contactQuery } from '@/api/queries';
import type { Picture } from '@/live/picture';
import { useLiveStore } from '@/live/store';
import { decidePop, thisMoment } from './pop';

interface Props {
  place: string;
  shown: string | undefined;
  /** Brings the card of a call onto the screen. */
  onPop: (call: string) => void;
}

/**
 * ScreenPop opens the card of a call at the moment the server offers it, which is before
 * the phone rings: from what the event itself says. The rest is fetched meanwhile.
 */
export function ScreenPop(props: Props) {
  const store = useLiveStore();
  const cache = useQueryClient();
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    const popped = new Set<string>(); // a snapshot tells of the same call again
    return store.hear((e) => {
      if (e.type !== 'call.offered' && e.type !== 'snapshot') return;
      const call = e.type === 'call.offered' ? e.data.call.id : mine(store.picture);
      if (!call || popped.has(call)) return;
      popped.add(call);
      const { place, shown, onPop } = latest.current;
      if (decidePop(thisMoment(place, shown), call) === 'navigate') onPop(call);
      const contact = store.picture.cards[call]?.contact_id;
      if (!contact) return;
      void cache.prefetchQuery(contactQuery(contact));
    });
  }, [store, cache]);
  return null;
}

/** mine is the call that was ringing or talking here when the page was opened. */
function mine({ me, offers, calls }: Picture): string | undefined {
  const offered = Object.keys(offers)[0];
  if (offered || !me) return offered;
  return Object.values(calls).find((c) => c.agent_id === me.agent_id && (c.state === 'talking' || c.state === 'held'))?.id;
}
