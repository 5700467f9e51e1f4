import { ActionIcon, Button, Group, Menu } from '@mantine/core';
import { IconDots, IconNote, IconPin, IconPinFilled } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import type { Activity } from '@/api/schema';
import { useFormat } from '@/i18n/format';
import { GrowingTextarea } from '@/ui/GrowingTextarea';
import { complain, notice } from '@/ui/notice';
import { useCard } from '../CardContext';
import classes from './Timeline.module.css';

/** NoteLine is what somebody has written down. */
export function NoteLine({ contact, note }: { contact: string; note: Activity }) {
  const { t } = useTranslation();
  const f = useFormat();
  const { mayEdit } = useCard();
  const [editing, setEditing] = useState(false);
  const path = { id: contact, note: note.id };
  const pin = useMutation({
    mutationFn: () => answer(api.PATCH('/contacts/{id}/notes/{note}', { params: { path }, body: { pinned: !note.pinned } })),
    onError: complain,
  });
  const remove = useMutation({
    mutationFn: () => answer(api.DELETE('/contacts/{id}/notes/{note}', { params: { path } })),
    onSuccess: () =>
      notice(t('contacts.note.removed'), async () => {
        try {
          await answer(api.POST('/contacts/{id}/notes', { params: { path: { id: contact } }, body: { id: note.id, body: note.body ?? '', call_id: note.call_id } }));
          if (note.pinned) await answer(api.PATCH('/contacts/{id}/notes/{note}', { params: { path }, body: { pinned: true } }));
        } catch (err) {
          complain(err);
        }
      }),
    onError: complain,
  });
  return (
    <article className={`${classes.item} ${classes.note}`}>
      <IconNote size={16} className={classes.noteIcon} aria-hidden />
      <div className={classes.noteBody}>
        <div className={classes.noteHead}>
          <span className={classes.author}>{note.user_name}</span>
          <time dateTime={note.at} title={f.exact(note.at)}>
            {note.pinned ? f.when(note.at) : f.time(note.at)}
          </time>
          {note.edited_at && <span title={f.exact(note.edited_at)}>{t('contacts.note.edited')}</span>}
        </div>
        {editing ? <EditNote contact={contact} note={note} onClose={() => setEditing(false)} /> : <p className={classes.text}>{note.body}</p>}
      </div>
      {mayEdit && (
        <ActionIcon variant="subtle" color="gray" size={26} aria-pressed={note.pinned} aria-label={t(note.pinned ? 'contacts.note.unpin' : 'contacts.note.pin')} onClick={() => pin.mutate()}>
          {note.pinned ? <IconPinFilled size={15} /> : <IconPin size={15} />}
        </ActionIcon>
      )}
      {note.editable && !editing && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" size={26} aria-label={t('contacts.note.menu')}>
              <IconDots size={15} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => setEditing(true)}>{t('contacts.note.edit')}</Menu.Item>
            <Menu.Item color="red" onClick={() => remove.mutate()}>
              {t('contacts.note.remove')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </article>
  );
}

function EditNote({ contact, note, onClose }: { contact: string; note: Activity; onClose: () => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(note.body ?? '');
  const save = useMutation({
    mutationFn: () => answer(api.PATCH('/contacts/{id}/notes/{note}', { params: { path: { id: contact, note: note.id } }, body: { body: typed } })),
    onSuccess: onClose,
    onError: complain,
  });
  return (
    <>
      <GrowingTextarea
        aria-label={t('contacts.note.edit')}
        data-draft={typed !== (note.body ?? '') || undefined}
        autoFocus
        least={2}
        most={16}
        maxLength={20_000}
        value={typed}
        onChange={(e) => setTyped(e.currentTarget.value)}
        onKeyDown={(e) => {
          if (e.key === 'Escape' && typed === (note.body ?? '')) onClose();
          else if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
            e.preventDefault();
            if (typed.trim()) save.mutate();
          }
        }}
      />
      <Group gap={6} mt={6} justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t('contacts.cancel')}
        </Button>
        <Button loading={save.isPending} disabled={!typed.trim()} onClick={() => save.mutate()}>
          {t('contacts.save')}
        </Button>
      </Group>
    </>
  );
}
