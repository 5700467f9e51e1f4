import { ActionIcon, Anchor, Button, Menu } from '@mantine/core';
import { IconBuilding, IconDots, IconPlus, IconUser } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Link } from '@/api/schema';
import { PhoneLink } from '@/parts/phone/PhoneLink';
import { PathLink } from '@/ui/PathLink';
import { displayName } from '../../list/Identity';
import { useCard } from '../CardContext';
import classes from '../Channels.module.css';
import { LinkForm } from './LinkForm';
import { useLinks } from './useLinks';

/** Links are the companies that a person works for, or the people of a company. */
export function Links() {
  const { t } = useTranslation();
  const { contact: c, mayEdit } = useCard();
  const { add, move, remove } = useLinks(c);
  const [adding, setAdding] = useState(false);
  const [editing, setEditing] = useState<string>();
  const links = (c.kind === 'person' ? c.companies : c.people) ?? [];
  const unnamed = c.kind === 'company' ? (c.people_count ?? 0) - links.length : 0;
  const close = (done: boolean) => {
    if (!done) return;
    setAdding(false);
    setEditing(undefined);
  };
  return (
    <>
      {links.length > 0 && (
        <ul className={classes.list}>
          {links.map((to) => (
            <li key={to.id}>
              {editing === to.id ? (
                <LinkForm card={c} link={to} onClose={() => setEditing(undefined)} onSave={(_, position) => move(to, position).then(close)} />
              ) : (
                <LinkRow link={to} person={c.kind === 'company'} onEdit={mayEdit ? () => setEditing(to.id) : undefined} onRemove={() => void remove(to)} />
              )}
            </li>
          ))}
        </ul>
      )}
      {unnamed > 0 && <p className={classes.notes}>{t('contacts.links.more', { count: unnamed })}</p>}
      {adding && <LinkForm card={c} linked={links.map((to) => to.id)} onClose={() => setAdding(false)} onSave={(other, position) => add(other, position).then(close)} />}
      {mayEdit && !adding && (
        <Button variant="subtle" size="compact-sm" ml={-2} leftSection={<IconPlus size={14} />} onClick={() => setAdding(true)}>
          {t(`contacts.links.add.${c.kind === 'person' ? 'company' : 'person'}`)}
        </Button>
      )}
    </>
  );
}

interface RowProps {
  link: Link;
  /** The link leads to a person. */
  person: boolean;
  onEdit?: () => void;
  onRemove: () => void;
}

function LinkRow({ link, person, onEdit, onRemove }: RowProps) {
  const { t } = useTranslation();
  const Icon = person ? IconUser : IconBuilding;
  const name = displayName(link.name);
  return (
    <div className={classes.row}>
      <Icon size={16} stroke={1.5} className={classes.icon} aria-hidden />
      <div className={classes.what}>
        <span className={classes.line}>
          <Anchor component={PathLink} to={`/contacts/${link.id}`} className={classes.text}>
            {name}
          </Anchor>
        </span>
        {link.position && <span className={classes.notes}>{link.position}</span>}
        {link.phone && (
          <span className={classes.notes}>
            <PhoneLink number={link.phone} contact={link.id} />
          </span>
        )}
      </div>
      {onEdit && (
        <Menu position="bottom-end" width={240}>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" size={26} aria-label={t('contacts.links.menu', { name })}>
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={onEdit}>{t('contacts.links.edit')}</Menu.Item>
            <Menu.Item color="red" onClick={onRemove}>
              {t('contacts.links.remove')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  );
}
