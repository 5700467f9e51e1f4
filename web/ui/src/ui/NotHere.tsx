import { IconMapPinOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from './EmptyState';

/** NotHere: there is no such thing, or it is not the user's to see; which of the two, nobody says. */
export function NotHere() {
  const { t } = useTranslation();
  return <EmptyState icon={<IconMapPinOff size={32} stroke={1.5} />} title={t('ui.notHere.title')} hint={t('ui.notHere.hint')} />;
}
