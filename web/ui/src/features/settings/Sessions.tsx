import { Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import { SessionList } from '@/parts/sessions/SessionList';
import { complain, notice } from '@/ui/notice';
import { Panel } from '@/ui/Panel';
import { sessionsQuery, usersQuery } from './office';
import { Section } from './Section';

/** Sessions: who is signed in where, of everybody. */
export function Sessions() {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [typed, setTyped] = useState('');
  const { data, error, refetch } = useQuery(sessionsQuery);
  const { data: users } = useQuery(usersQuery);
  const names = new Map(users?.items.map((u) => [u.login, u.name]));
  const name = (login: string) => names.get(login) ?? login;
  const sought = typed.trim().toLocaleLowerCase();
  const shown = data?.items.filter((s) => `${name(s.login)} ${s.login} ${s.ip ?? ''}`.toLocaleLowerCase().includes(sought)) ?? [];
  const end = useMutation({
    mutationFn: (id: string) => answer(api.DELETE('/me/sessions/{id}', { params: { path: { id } } })),
    onSuccess: () => notice(t('settings.person.sessionsEnded')),
    onError: complain,
    onSettled: () => cache.invalidateQueries({ queryKey: keys.office.part('sessions') }),
  });
  return (
    <Section id="sessions" error={error} retry={refetch} loading={!data}>
      <TextInput
        maw={340}
        value={typed}
        onChange={(e) => setTyped(e.currentTarget.value)}
        placeholder={t('settings.session.search')}
        aria-label={t('settings.session.search')}
        leftSection={<IconSearch size={16} aria-hidden />}
      />
      <Panel flush>
        {shown.length === 0 && (
          <Text size="sm" c="dimmed" p="md">
            {t('settings.session.none')}
          </Text>
        )}
        <SessionList
          label={t('settings.section.sessions.title')}
          sessions={shown}
          whose={(s) => name(s.login)}
          onEnd={(s) => end.mutate(s.id)}
          ending={end.isPending ? end.variables : undefined}
        />
      </Panel>
    </Section>
  );
}
