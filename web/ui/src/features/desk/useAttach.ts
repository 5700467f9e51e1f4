import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import { complain } from '@/ui/notice';

export type Remember = 'once' | 'chosen' | 'always';

/** useAttach says whose call it is. The live events tell the page. */
export function useAttach(call: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ contact, remember }: { contact: string; remember: Remember }) =>
      answer(
        api.PUT('/calls/{id}/contact', {
          params: { path: { id: call } },
          body: { contact_id: contact, remember: remember === 'once' ? undefined : remember },
        }),
      ),
    onSuccess: (detail) => cache.setQueryData(keys.calls.one(call), detail),
    onError: complain,
  });
}
