import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { callQuery } from '@/api/queries';
import type { Call, Card } from '@/api/schema';
import { useLive } from '@/live/store';

/**
 * useDeskCall gives a call and what is known of its client: from the live picture while
 * it goes on, from the history afterwards. What was on the screen stays there.
 */
export function useDeskCall(id: string): { call: Call | undefined; card: Card | undefined; error: Error | null } {
  const live = useLive((p) => p.calls[id]);
  const liveCard = useLive((p) => p.cards[id]);
  const stored = useQuery({ ...callQuery(id), enabled: !live });
  const [seen, setSeen] = useState<{ call?: Call; card?: Card }>({});
  useEffect(() => {
    if (live || liveCard) setSeen((s) => ({ call: live ?? s.call, card: liveCard ?? s.card }));
  }, [live, liveCard]);
  // The history may have been asked before the last that was seen.
  const kept = stored.data && seen.call && seen.call.seq > stored.data.seq ? seen.call : (stored.data ?? seen.call);
  return { call: live ?? kept, card: liveCard ?? seen.card, error: stored.error };
}
