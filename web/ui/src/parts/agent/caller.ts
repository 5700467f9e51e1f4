import type { TFunction } from 'i18next';
import type { Call, Card } from '@/api/schema';
import { prettyPhone } from '@/ui/phone';

type Known = Pick<Call, 'from' | 'display' | 'anonymous' | 'contact_name' | 'candidates'> & Partial<Pick<Call, 'to' | 'direction'>>;

/** clientNumber is the number of the client's side, ready for the eye; empty when it is withheld. */
export function clientNumber(call: Known): string {
  return prettyPhone((call.direction === 'outbound' ? call.to : call.from) ?? '');
}

/** callerName says who is on the line: the name, else the number, else that it is withheld. */
export function callerName(t: TFunction, call: Known, card?: Card): string {
  return call.contact_name || card?.name || call.display || clientNumber(call) || t('agent.withheld');
}
