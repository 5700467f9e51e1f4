import type { TFunction } from 'i18next';
import type { Card } from '@/api/schema';
import type { Format } from '@/i18n/format';

/** The decisions that speak about the agent himself; the rest only say that he was next. */
const told = new Set(['least_busy', 'longest_idle', 'round_robin', 'linear', 'ring_all', 'random', 'fewest_calls', 'assigned']);

/** whyMe tells the agent in a sentence why just he gets the call. */
export function whyMe(t: TFunction, format: Format, card: Card, login: string): string {
  if (card.last_agent === login && card.last_talk_at) return t('agent.why.spoke', { when: format.when(card.last_talk_at) });
  if (card.reason.startsWith('previous_')) return t(card.owner === login ? 'agent.why.owner' : 'agent.why.next');
  return told.has(card.reason) ? t(`agent.why.${card.reason}`) : t('agent.why.next');
}
