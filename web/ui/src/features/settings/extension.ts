import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { usersQuery } from './office';

/** useExtensionCheck says what is wrong with an extension for somebody: its letters, or that it is a colleague's. */
export function useExtensionCheck(login?: string): (typed: string) => string | null {
  const { t } = useTranslation();
  const { data } = useQuery(usersQuery);
  return (typed) => {
    const extension = typed.trim();
    if (!/^[\w.-]{0,32}$/.test(extension)) return t('settings.person.extensionWrong');
    const other = extension && data?.items.find((u) => u.extension === extension && u.login !== login);
    return other ? t('settings.person.extensionTaken', { name: other.name }) : null;
  };
}
