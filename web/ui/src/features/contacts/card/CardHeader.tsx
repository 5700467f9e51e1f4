import { ActionIcon, Anchor, Menu, TextInput } from '@mantine/core';
import { IconBuilding, IconDots, IconTrash, IconUser } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { can, useSession } from '@/api/session';
import { useFormat } from '@/i18n/format';
import { PhoneLink } from '@/parts/phone/PhoneLink';
import { Pill } from '@/ui/Meaning';
import { complainInWords } from '@/ui/notice';
import { PathLink } from '@/ui/PathLink';
import { displayName } from '../list/Identity';
import { useCard } from './CardContext';
import classes from './CardHeader.module.css';
import { DeleteContact } from './DeleteContact';
import { FieldNotes } from './Fact';
import { useInPlace } from './useInPlace';

/** CardHeader says who it is. */
export function CardHeader({ onDeleted }: { onDeleted: () => void }) {
  const { t } = useTranslation();
  const f = useFormat();
  const { contact: c } = useCard();
  return (
    <header className={classes.header}>
      <KindMark />
      <div className={classes.who}>
        <div className={classes.first}>
          <Name />
          {c.auto_created && (
            <Pill meaning="info">
              <span title={t('contacts.newHint')}>{t('contacts.newByCall')}</span>
            </Pill>
          )}
        </div>
        <div className={classes.second}>
          {c.companies?.map((to) => (
            <Anchor key={to.id} component={PathLink} to={`/contacts/${to.id}`} size="sm">
              {to.position ? `${to.name}, ${to.position}` : to.name}
            </Anchor>
          ))}
          {c.channels
            .filter((ch) => ch.kind === 'phone' && ch.status === '')
            .slice(0, 2)
            .map((ch) => (
              <PhoneLink key={ch.id} number={ch.norm} ext={ch.ext} contact={c.id} />
            ))}
          {c.types.length > 0 && <span>{c.types.map((x) => t(`contacts.types.${x}`)).join(', ')}</span>}
          {c.owner_name && <span>{t('contacts.ownedBy', { name: c.owner_name })}</span>}
          <span>
            {t('contacts.lastTouch')} <time dateTime={c.last_touch_at}>{f.when(c.last_touch_at)}</time>
          </span>
        </div>
      </div>
      <CardMenu onDeleted={onDeleted} />
    </header>
  );
}

function KindMark() {
  const { t } = useTranslation();
  const { contact: c, mayEdit, save } = useCard();
  const Icon = c.kind === 'company' ? IconBuilding : IconUser;
  const other = c.kind === 'company' ? 'person' : 'company';
  const flip = async () => {
    const error = await save({ field: 'kind', value: other }, c);
    if (error) complainInWords(error);
  };
  const icon = <Icon size={22} stroke={1.5} role="img" aria-label={t(`contacts.kinds.${c.kind}`)} />;
  if (!mayEdit) return <span className={classes.kind}>{icon}</span>;
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <button type="button" className={classes.kind}>
          {icon}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void flip()}>{t(`contacts.become.${other}`)}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Name() {
  const { t } = useTranslation();
  const { contact: c, mayEdit } = useCard();
  const place = useInPlace(c.name, (typed) => ({ field: 'name' as const, value: typed.trim() }));
  const cancelled = useRef(false);
  if (!place.editing) {
    const name = displayName(c.name);
    return (
      <h1 className={classes.name}>
        {mayEdit ? (
          <button type="button" className={classes.rename} title={t('contacts.facts.rename')} onClick={place.open}>
            {name}
          </button>
        ) : (
          name
        )}
      </h1>
    );
  }
  return (
    <div className={classes.naming}>
      <TextInput
        aria-label={t('contacts.facts.name')}
        autoFocus
        maxLength={200}
        value={place.typed}
        classNames={{ input: classes.nameInput }}
        onChange={(e) => place.type(e.currentTarget.value)}
        onFocus={(e) => {
          cancelled.current = false;
          e.currentTarget.select();
        }}
        onBlur={() => {
          if (cancelled.current) return;
          if (place.typed.trim()) void place.commit(place.typed.trim());
          else place.cancel();
        }}
        onKeyDown={(e) => {
          if (e.key === 'Enter') e.currentTarget.blur();
          if (e.key !== 'Escape') return;
          e.stopPropagation();
          cancelled.current = true;
          place.cancel();
        }}
        error={place.error !== undefined}
      />
      <FieldNotes error={place.error} overtaken={place.overtaken} />
    </div>
  );
}

function CardMenu({ onDeleted }: { onDeleted: () => void }) {
  const { t } = useTranslation();
  const { contact } = useCard();
  const [asking, setAsking] = useState(false);
  if (!can(useSession(), 'contacts', 'delete')) return null;
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={32} aria-label={t('contacts.cardMenu')}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => setAsking(true)}>
            {t('contacts.delete.ask')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <DeleteContact contact={contact} opened={asking} onClose={() => setAsking(false)} onDeleted={onDeleted} />
    </>
  );
}
