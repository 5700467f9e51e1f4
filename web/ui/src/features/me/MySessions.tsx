import { Button, Group, Skeleton, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import { SessionList } from '@/parts/sessions/SessionList';
import { AskFirst } from '@/ui/AskFirst';
import { errorWords } from '@/ui/errorWords';
import { complain, notice } from '@/ui/notice';
import { Panel } from '@/ui/Panel';
import { mySessionsQuery } from './mySessionsQuery';

/** MySessions: where one is signed in, and how to end it. */
export function MySessions() {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const { data, error } = useQuery(mySessionsQuery);
  const fresh = () => cache.invalidateQueries({ queryKey: keys.me.sessions });
  const end = useMutation({
    mutationFn: (id: string) => answer(api.DELETE('/me/sessions/{id}', { params: { path: { id } } })),
    onSuccess: () => notice(t('me.sessions.ended')),
    onError: complain,
    onSettled: fresh,
  });
  const elsewhere = useMutation({
    mutationFn: () => answer(api.DELETE('/me/sessions')),
    onSuccess: () => notice(t('me.sessions.endedElsewhere')),
    onError: complain,
    onSettled: fresh,
  });
  const everywhere = useMutation({
    async mutationFn() {
      await answer(api.DELETE('/me/sessions'));
      await answer(api.DELETE('/session'));
    },
    onSuccess() {
      cache.clear();
      location.assign('/login');
    },
    onError: complain,
  });
  const others = data?.items.some((s) => !s.current) ?? false;
  return (
    <Panel title={t('me.sessions.title')} flush>
      {error && (
        <Text size="sm" p="md" role="alert">
          {errorWords(t, error)}
        </Text>
      )}
      {!data && !error && <Skeleton h={104} m="md" w="auto" />}
      {data && <SessionList label={t('me.sessions.title')} sessions={data.items} onEnd={(s) => end.mutate(s.id)} ending={end.isPending ? end.variables : undefined} />}
      <Group gap="md" p="md" style={{ borderTop: '1px solid var(--c-line)' }}>
        <Button variant="default" disabled={!others} loading={elsewhere.isPending} onClick={() => elsewhere.mutate()}>
          {t('me.sessions.elsewhere')}
        </Button>
        <AskFirst question={t('me.sessions.everywhereAsk')} yes={t('me.sessions.everywhereYes')} loading={everywhere.isPending} onYes={() => everywhere.mutate()}>
          {t('me.sessions.everywhere')}
        </AskFirst>
      </Group>
    </Panel>
  );
}
