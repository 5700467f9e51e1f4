import { ActionIcon, Anchor, Button, Menu } from '@mantine/core';
import { IconAt, IconBrandTelegram, IconDots, IconLink, IconPhone, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import type { Channel } from '@/api/schema';
import { PhoneLink } from '@/parts/phone/PhoneLink';
import { Pill } from '@/ui/Meaning';
import { complain, complainInWords, notice } from '@/ui/notice';
import { prettyPhone } from '@/ui/phone';
import { useCard } from './CardContext';
import type { Change } from './change';
import { ChannelForm } from './ChannelForm';
import classes from './Channels.module.css';

/** Channels are the ways to reach a client. */
export function Channels() {
  const { t } = useTranslation();
  const { contact: c, mayEdit, save } = useCard();
  const [adding, setAdding] = useState(false);
  const [editing, setEditing] = useState<string>();
  const change = async (what: Change) => {
    const error = await save(what, c);
    if (error) complainInWords(error);
  };
  return (
    <>
      {c.channels.length > 0 && (
        <ul className={classes.list}>
          {c.channels.map((ch) => (
            <li key={ch.id}>
              {editing === ch.id ? (
                <ChannelForm channel={ch} onClose={() => setEditing(undefined)} />
              ) : (
                <ChannelRow channel={ch} onEdit={mayEdit ? () => setEditing(ch.id) : undefined} onChange={(what) => void change(what)} />
              )}
            </li>
          ))}
        </ul>
      )}
      {adding && <ChannelForm onClose={() => setAdding(false)} />}
      {mayEdit && !adding && (
        <Button variant="subtle" size="compact-sm" ml={-2} leftSection={<IconPlus size={14} />} onClick={() => setAdding(true)}>
          {t('contacts.channels.add')}
        </Button>
      )}
    </>
  );
}

const icons: Record<string, typeof IconPhone> = { phone: IconPhone, email: IconAt, telegram: IconBrandTelegram };

function ChannelRow({ channel: ch, onEdit, onChange }: { channel: Channel; onEdit?: () => void; onChange: (c: Change) => void }) {
  const { t } = useTranslation();
  const Icon = icons[ch.kind] ?? IconLink;
  const notes = [ch.label, ch.is_shared && t('contacts.channels.shared')].filter(Boolean).join(' · ');
  return (
    <div className={classes.row}>
      <Icon size={16} stroke={1.5} className={classes.icon} role="img" aria-label={t(`contacts.channels.kinds.${ch.kind}`, { defaultValue: ch.kind })} />
      <div className={classes.what}>
        <span className={classes.line} data-off={ch.status !== '' || undefined}>
          <Reach channel={ch} />
          {(ch.status === 'wrong' || ch.status === 'unreachable') && <Pill meaning="bad">{t(`contacts.channels.status.${ch.status}`)}</Pill>}
        </span>
        {notes && <span className={classes.notes}>{notes}</span>}
      </div>
      {onEdit && <ChannelMenu channel={ch} onEdit={onEdit} onChange={onChange} />}
    </div>
  );
}

function Reach({ channel: ch }: { channel: Channel }) {
  if (ch.kind === 'phone') return <PhoneLink number={ch.norm} ext={ch.ext} />;
  const href = { email: `mailto:${ch.norm}`, telegram: `https://t.me/${encodeURIComponent(ch.norm)}` }[ch.kind];
  if (!href) return <span className={classes.text}>{ch.raw}</span>;
  return (
    <Anchor className={classes.text} href={href} target={ch.kind === 'email' ? undefined : '_blank'} rel="noreferrer">
      {ch.kind === 'telegram' ? `@${ch.norm}` : ch.raw}
    </Anchor>
  );
}

const hints = ['spam', 'internal', 'ask'] as const;

function ChannelMenu({ channel: ch, onEdit, onChange }: { channel: Channel; onEdit: () => void; onChange: (c: Change) => void }) {
  const { t } = useTranslation();
  const name = ch.kind === 'phone' ? prettyPhone(ch.norm) : ch.raw;
  const mark = async (hint: '' | (typeof hints)[number]) => {
    try {
      await answer(api.PUT('/contacts/number-hint', { body: { phone: ch.norm, hint } }));
      if (hint) notice(t(`contacts.channels.marked.${hint}`, { number: name }), () => mark(''));
      else notice(t('contacts.channels.unmarked', { number: name }));
    } catch (err) {
      complain(err);
    }
  };
  const edit = (to: Partial<Channel>) => onChange({ edit: { ...ch, ...to } });
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={26} aria-label={t('contacts.channels.menu', { name })}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={onEdit}>{t('contacts.channels.edit')}</Menu.Item>
        <Menu.Item onClick={() => edit({ is_shared: !ch.is_shared })}>{t(ch.is_shared ? 'contacts.channels.notShared' : 'contacts.channels.isShared')}</Menu.Item>
        {ch.status === '' ? (
          <>
            <Menu.Item onClick={() => edit({ status: 'wrong' })}>{t('contacts.channels.isWrong')}</Menu.Item>
            <Menu.Item onClick={() => edit({ status: 'unreachable' })}>{t('contacts.channels.isUnreachable')}</Menu.Item>
          </>
        ) : (
          <Menu.Item onClick={() => edit({ status: '' })}>{t('contacts.channels.isRight')}</Menu.Item>
        )}
        {ch.kind === 'phone' && (
          <>
            <Menu.Divider />
            <Menu.Label>{t('contacts.channels.whenCalls')}</Menu.Label>
            {hints.map((hint) => (
              <Menu.Item key={hint} onClick={() => void mark(hint)}>
                {t(`contacts.channels.hints.${hint}`)}
              </Menu.Item>
            ))}
            <Menu.Item onClick={() => void mark('')}>{t('contacts.channels.hints.none')}</Menu.Item>
          </>
        )}
        <Menu.Divider />
        <Menu.Item color="red" onClick={() => onChange({ remove: ch.id })}>
          {t('contacts.channels.remove')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
