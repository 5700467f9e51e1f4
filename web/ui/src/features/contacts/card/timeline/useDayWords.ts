import { useTranslation } from 'react-i18next';
import { useFormat } from '@/i18n/format';
import { dayOf } from './days';

/** useDayWords names a day of `byDay` for people: Today, Yesterday, 12 November 2026. */
export function useDayWords(): (day: string) => string {
  const { t } = useTranslation();
  const f = useFormat();
  return (day) => {
    const now = new Date();
    if (day === dayOf(now)) return t('i18n.today');
    if (day === dayOf(new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1))) return t('i18n.yesterday');
    return f.day(new Date(`${day}T12:00`));
  };
}
