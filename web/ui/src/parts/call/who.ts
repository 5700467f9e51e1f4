import { useTranslation } from 'react-i18next';
import type { Call } from '@/api/schema';
import { prettyPhone } from '@/ui/phone';
import { numberOf } from './outcome';

/** useWho names the other side of a call: the card's name, else the number, else that it was withheld. */
export function useWho(): (call: Pick<Call, 'contact_name' | 'direction' | 'from' | 'to' | 'anonymous' | 'display'>) => string {
  const { t } = useTranslation();
  return (call) => call.contact_name || prettyPhone(numberOf(call)) || (call.anonymous ? t('call.anonymous') : call.display) || t('call.anonymous');
}
