import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import type { Session } from '@/api/schema';

/** useSignIn opens a session; what another person has seen on this page is forgotten. */
export function useSignIn(onDone: (s: Session) => unknown) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (body: { login: string; password: string }) => answer(api.POST('/session', { body })),
    onSuccess: (session) => {
      cache.clear();
      cache.setQueryData(keys.session, session);
      return onDone(session);
    },
  });
}
