import { IconBuilding, IconUser } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Contact } from '@/api/schema';
import { Pill } from '@/ui/Meaning';
import { prettyPhone } from '@/ui/phone';
import classes from './Identity.module.css';

/** Identity is who a card stands for, in a line. */
export function Identity({ contact: c }: { contact: Pick<Contact, 'name' | 'kind' | 'auto_created' | 'companies'> }) {
  const { t } = useTranslation();
  const companies = c.companies?.map((to) => to.name).join(', ');
  const Icon = c.kind === 'company' ? IconBuilding : IconUser;
  return (
    <span className={classes.identity}>
      <Icon size={16} stroke={1.5} className={classes.icon} role="img" aria-label={t(`contacts.kinds.${c.kind}`)} />
      <span className={classes.name} title={displayName(c.name)}>
        {displayName(c.name)}
      </span>
      {companies && (
        <span className={classes.company} title={companies}>
          {companies}
        </span>
      )}
      {c.auto_created && (
        <Pill meaning="info">
          <span title={t('contacts.newHint')}>{t('contacts.new')}</span>
        </Pill>
      )}
    </span>
  );
}

/** A card that a call has made is named by its number until somebody gives it a name. */
export const displayName = (name: string) => (/^\+\d{7,15}$/.test(name) ? prettyPhone(name) : name);
