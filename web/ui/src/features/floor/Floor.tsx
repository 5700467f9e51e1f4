import { Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconHeadset } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { queuesQuery } from '@/api/queries';
import { emptyPicture } from '@/live/picture';
import { useLive } from '@/live/store';
import { agentsQuery } from '@/parts/people/nameOf';
import { EmptyState } from '@/ui/EmptyState';
import { errorWords } from '@/ui/errorWords';
import classes from './Floor.module.css';
import { byOffice } from './group';
import { QueuePanel } from './QueuePanel';

/** Floor shows at a glance who waits and what the colleagues do, queue by queue. */
export function Floor() {
  const { t } = useTranslation();
  const queues = useQuery(queuesQuery);
  const agents = useQuery(agentsQuery);
  const live = useLive((p) => p !== emptyPicture);
  const error = queues.error ?? agents.error;
  return (
    <Stack gap="md" p="md" className={classes.floor}>
      <Title order={1}>{t('floor.title')}</Title>
      {error && <Text role="alert">{errorWords(t, error)}</Text>}
      {!error && !(live && queues.data && agents.data) && [0, 1].map((n) => <Skeleton key={n} h={220} />)}
      {queues.data?.items.length === 0 && <EmptyState icon={<IconHeadset size={32} stroke={1.5} />} title={t('floor.noQueues')} hint={t('floor.noQueuesHint')} />}
      {live && queues.data && agents.data && byOffice(queues.data.items).map((q) => <QueuePanel key={q.name} queue={q} agents={agents.data.items} />)}
    </Stack>
  );
}
