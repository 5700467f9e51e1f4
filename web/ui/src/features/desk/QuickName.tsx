import { Button, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import { contactQuery } from '@/api/queries';
import type { Contact } from '@/api/schema';
import { complain, notice } from '@/ui/notice';
import { Panel } from '@/ui/Panel';
import classes from './CallPane.module.css';

interface Props {
  contact: string;
  /** What was being typed when the card came: one types on here. */
  typed: string;
}

/** QuickName asks for the name of a client whose card this call has made, until a person has given it. */
export function QuickName({ contact, typed }: Props) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [name, setName] = useState(typed);
  const field = useRef<HTMLInputElement>(null);
  const first = useRef(typed);
  useLayoutEffect(() => {
    if (first.current === '' || document.activeElement !== document.body) return;
    field.current?.focus();
    field.current?.setSelectionRange(first.current.length, first.current.length);
  }, []);
  const { data } = useQuery(contactQuery(contact));
  const rename = useMutation({
    mutationFn: (to: string) => answer(api.PATCH('/contacts/{id}', { params: { path: { id: contact } }, body: { name: to } })),
    onSuccess(card) {
      cache.setQueryData<Contact>(keys.contacts.one(contact), (c) => (c && c.version > card.version ? c : card));
      notice(t('desk.name.saved'));
    },
    onError: complain,
  });
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (name.trim()) rename.mutate(name.trim());
  };
  if (data && !data.auto_created) return null;
  return (
    <Panel title={t('desk.name.title')}>
      <form onSubmit={submit} className={classes.find} data-draft={name.trim() !== '' || undefined}>
        <TextInput ref={field} value={name} maxLength={200} onChange={(e) => setName(e.currentTarget.value)} placeholder={t('desk.name.label')} aria-label={t('desk.name.label')} />
        <Button type="submit" size="sm" disabled={!name.trim()} loading={rename.isPending}>
          {t('desk.name.save')}
        </Button>
      </form>
    </Panel>
  );
}
