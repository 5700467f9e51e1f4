import { useMutation } from '@tanstack/react-query';
import { answer, api } from '@/api/client';
import type { AgentState } from '@/api/schema';
import { complain } from '@/ui/notice';

export interface Wish {
  state: 'available' | 'break' | 'offline';
  reason?: string;
}

export const wish = (w: Wish): Promise<AgentState> => answer(api.PUT('/me/state', { body: w }));

type Order = 'hangup' | 'decline' | 'hold' | 'resume';

const order = (call: string, what: Order) => {
  const params = { path: { id: call } };
  switch (what) {
    case 'hangup':
      return answer(api.POST('/calls/{id}/hangup', { params }));
    case 'decline':
      return answer(api.POST('/calls/{id}/decline', { params }));
    case 'hold':
      return answer(api.POST('/calls/{id}/hold', { params }));
    case 'resume':
      return answer(api.POST('/calls/{id}/resume', { params }));
  }
};

/** useOrder acts on a call; what comes of it is seen by the live events. */
export function useOrder(call: string) {
  const { mutate, isPending, variables } = useMutation({ mutationFn: (what: Order) => order(call, what), onError: complain });
  return { give: mutate, pending: isPending ? variables : undefined };
}

/** useDigits presses the keys of a phone, in their order also when one presses faster than the network. */
export function useDigits(call: string) {
  return useMutation({
    mutationFn: (digits: string) => answer(api.POST('/calls/{id}/digits', { params: { path: { id: call } }, body: { digits } })),
    onError: complain,
    scope: { id: `digits ${call}` },
  });
}

export function useWrapUp() {
  const finish = useMutation({ mutationFn: () => answer(api.DELETE('/me/wrap-up')), onError: complain });
  const extend = useMutation({ mutationFn: (seconds: number) => answer(api.POST('/me/wrap-up', { body: { seconds } })), onError: complain });
  return { finish, extend };
}
