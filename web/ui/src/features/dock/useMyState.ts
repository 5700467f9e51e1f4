import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { AgentState } from '@/api/schema';
import { complain } from '@/ui/notice';
import { type Wish, wish } from './actions';

/** hoped is the state as it will be when the server agrees: at once, or after the call. */
export function hoped(known: AgentState, w: Wish, now: string): AgentState {
  if (known.state === 'ringing' || known.state === 'talking') return { ...known, next: w.state === 'available' ? undefined : w.state };
  if (known.state === w.state && (known.reason ?? '') === (w.reason ?? '')) return known;
  return { ...known, ...w, reason: w.reason, since: now, until: undefined, next: undefined };
}

/**
 * useMyState shows one's own state, and the wished one from the key stroke on: until the
 * server tells of the change, or says why not.
 */
export function useMyState(known: AgentState): { me: AgentState; set: (w: Wish) => void } {
  const [hope, setHope] = useState<AgentState>();
  const { mutate } = useMutation({
    mutationFn: wish,
    onMutate: (w) => setHope(hoped(known, w, new Date().toISOString())),
    onError(err) {
      setHope(undefined);
      complain(err);
    },
    onSuccess(told) {
      // Nothing has changed: no event will come.
      if (told.since === known.since && told.next === known.next) setHope(undefined);
    },
  });
  useEffect(() => setHope(undefined), [known]);
  return { me: hope ?? known, set: mutate };
}
