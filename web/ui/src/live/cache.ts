import type { QueryClient } from '@tanstack/react-query';
import { keys } from '@/api/keys';
import type { LiveEvent } from '@/api/schema';

/**
 * refresh is the one switch from live events to the query cache: what an event makes
 * old is written anew or asked for again.
 */
export function refresh(cache: QueryClient, e: LiveEvent) {
  const old = (queryKey: readonly unknown[]) => void cache.invalidateQueries({ queryKey });
  switch (e.type) {
    case 'snapshot':
      // The first one of a page finds nothing to refresh; a later one comes after a gap.
      for (const key of [keys.contacts.all, keys.calls.all, keys.tasks.all, keys.agents, keys.queues, keys.notifications]) old(key);
      return;
    case 'call.changed':
      old(keys.calls.one(e.data.call.id));
      if (['arrived', 'answered', 'recorded', 'ended', 'identified'].includes(e.data.what)) old(['calls', 'list']);
      if (e.data.call.contact_id && ['recorded', 'ended'].includes(e.data.what)) {
        old(['contacts', 'timeline', e.data.call.contact_id]);
        old(keys.contacts.one(e.data.call.contact_id));
      }
      if (e.data.what === 'ended') old(keys.tasks.all);
      return;
  }
}
