import type { TFunction } from 'i18next';
import type { AgentState } from '@/api/schema';
import type { Meaning } from '@/ui/Meaning';

type State = AgentState['state'];

/** What the colour of a state means. */
export const stateMeaning: Record<State, Meaning> = {
  available: 'ok',
  ringing: 'wait',
  talking: 'ok',
  wrap_up: 'info',
  break: 'idle',
  offline: 'idle',
};

/** The reasons of a break that have a name in every language; any other is what the agent wrote. */
export const breakReasons = ['lunch', 'meeting', 'training', 'technical'] as const;

/** stateWords names a state: "Available", "Break". */
export const stateWords = (t: TFunction, state: State) => t(`agent.state.${state}`);

/** reasonWords says why an agent is in a state; empty if nobody need know. */
export function reasonWords(t: TFunction, { state, reason }: Pick<AgentState, 'state' | 'reason'>): string {
  if (!reason) return '';
  if (state === 'break' || state === 'offline') return breakReasonWords(t, reason);
  return '';
}

/** breakReasonWords names the reason of a break. */
export const breakReasonWords = (t: TFunction, reason: string) => t(`agent.reason.${reason}`, { defaultValue: reason });
