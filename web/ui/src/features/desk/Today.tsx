import { Skeleton } from '@mantine/core';
import { IconPhoneCheck, IconPhonePause } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { emptyPicture } from '@/live/picture';
import { useLive } from '@/live/store';
import { EmptyState } from '@/ui/EmptyState';
import { Broken } from '@/ui/Broken';
import { Panel } from '@/ui/Panel';
import { useToday } from '@/ui/useToday';
import { CallRow } from './CallRow';
import { midnight } from './day';
import classes from './Desk.module.css';
import { missedQuery } from './queries';

/** Today is the desk of those who take no calls: what goes on, and who reached nobody. */
export function Today() {
  const { t } = useTranslation();
  const calls = useLive((p) => p.calls);
  const live = useLive((p) => p !== emptyPicture);
  const today = useToday();
  // eslint-disable-next-line react-hooks/exhaustive-deps -- anew with the day
  const since = useMemo(() => midnight(), [today]);
  const { data, error, refetch } = useQuery(missedQuery(since));
  if (error && !data) return <Broken error={error} reset={() => void refetch()} />;
  if (!live || !data) return <Skeleton h={320} />;
  const going = Object.values(calls)
    .filter((c) => c.state !== 'ended')
    .sort((a, b) => a.started_at.localeCompare(b.started_at));
  return (
    <>
      <Panel title={`${t('desk.today.now')} · ${going.length}`} flush>
        {going.length === 0 ? (
          <EmptyState icon={<IconPhonePause size={28} stroke={1.5} />} title={t('desk.today.quiet')} hint={t('desk.today.quietHint')} />
        ) : (
          <ul className={classes.list}>
            {going.map((c) => (
              <CallRow key={c.id} call={c} agent />
            ))}
          </ul>
        )}
      </Panel>
      <Panel title={t('desk.today.missed')} flush>
        {data.items.length === 0 ? (
          <EmptyState icon={<IconPhoneCheck size={28} stroke={1.5} />} title={t('desk.today.noMissed')} />
        ) : (
          <ul className={classes.list}>
            {data.items.map((c) => (
              <CallRow key={c.id} call={c} agent />
            ))}
          </ul>
        )}
      </Panel>
    </>
  );
}
