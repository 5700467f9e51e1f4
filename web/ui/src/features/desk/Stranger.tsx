import { Button, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch, IconUserPlus } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import type { Call } from '@/api/schema';
import { complain } from '@/ui/notice';
import { Panel } from '@/ui/Panel';
import { prettyPhone } from '@/ui/phone';
import classes from './CallPane.module.css';
import { useAttach } from './useAttach';

interface Props {
  call: Call;
  typed: string;
  onType: (text: string) => void;
}

/**
 * Stranger is a caller without a card: the number is withheld, or the database did not
 * answer. He is found, or made. If his card comes while one types, the field stays.
 */
export function Stranger({ call, typed, onType }: Props) {
  const { t } = useTranslation();
  const attach = useAttach(call.id);
  const [q] = useDebouncedValue(typed.trim(), 200);
  const filter = { q, limit: 6 };
  const { data } = useQuery({
    queryKey: keys.contacts.list(filter),
    queryFn: ({ signal }) => answer(api.GET('/contacts', { params: { query: filter }, signal })),
    enabled: q.length > 1,
    placeholderData: keepPreviousData,
  });
  const put = (contact: string) => attach.mutate({ contact, remember: 'once' }, { onSuccess: () => onType('') });
  const create = useMutation({
    mutationFn: (name: string) => answer(api.POST('/contacts', { body: { kind: 'person', name, phones: call.from.startsWith('+') ? [call.from] : undefined } })),
    onSuccess: (contact) => put(contact.id),
    onError: complain,
  });
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (typed.trim()) create.mutate(typed.trim());
  };
  return (
    <Panel title={t('desk.stranger.title')}>
      <Text size="sm" mb="sm">
        {call.contact_id ? t('desk.stranger.late', { name: call.contact_name }) : t(call.crm_offline ? 'desk.stranger.offline' : 'desk.stranger.hint')}
      </Text>
      <form onSubmit={submit} className={classes.find}>
        <TextInput
          value={typed}
          onChange={(e) => onType(e.currentTarget.value)}
          placeholder={t('desk.stranger.find')}
          aria-label={t('desk.stranger.find')}
          leftSection={<IconSearch size={16} aria-hidden />}
        />
        <Button type="submit" size="sm" variant="light" disabled={!typed.trim()} loading={create.isPending || attach.isPending} leftSection={<IconUserPlus size={16} aria-hidden />}>
          {t('desk.stranger.create')}
        </Button>
      </form>
      {q.length > 1 && data && (
        <ul className={classes.choices} aria-label={t('desk.stranger.found')}>
          {data.items.map((c) => (
            <li key={c.id}>
              <button type="button" className={classes.choice} onClick={() => put(c.id)}>
                <span className={classes.grow}>{c.name || t('desk.stranger.nameless')}</span>
                <Text span size="xs" c="dimmed">
                  {prettyPhone(c.phones[0] ?? '')}
                </Text>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
