import { Skeleton } from '@mantine/core';
import { IconPhoneIncoming } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/api/session';
import { duration, useFormat } from '@/i18n/format';
import { EmptyState } from '@/ui/EmptyState';
import { Broken } from '@/ui/Broken';
import { Panel } from '@/ui/Panel';
import { PathLink } from '@/ui/PathLink';
import { useToday } from '@/ui/useToday';
import { CallRow } from './CallRow';
import { type Client, dayOf, midnight, recentClients } from './day';
import classes from './Desk.module.css';
import { lastTalksQuery, myCallsQuery } from './queries';

/** MyDay is the desk between calls: figures and calls of today, and whom one has spoken with. */
export function MyDay() {
  const { t } = useTranslation();
  const format = useFormat();
  const { user } = useSession();
  const today = useToday();
  // eslint-disable-next-line react-hooks/exhaustive-deps -- anew with the day
  const since = useMemo(() => midnight(), [today]);
  const { data, error, refetch } = useQuery(myCallsQuery(user.login, since));
  const talks = useQuery(lastTalksQuery(user.login));
  if (error && !data) return <Broken error={error} reset={() => void refetch()} />;
  const day = data && dayOf(data.items, user.login);
  return (
    <>
      <dl className={classes.figures} aria-label={t('desk.day.title')}>
        <Figure name={t('desk.day.talks')} value={day && format.number(day.talks)} />
        <Figure name={t('desk.day.talked')} value={day && duration(day.talkMs)} />
        <Figure name={t('desk.day.average')} value={day && (day.averageMs === undefined ? '–' : duration(day.averageMs))} />
        <Figure name={t('desk.day.missed')} value={day && format.number(day.missed)} bad={day !== undefined && day.missed > 0} />
      </dl>
      <Panel title={t('desk.day.calls')} flush>
        {!data ? (
          <Skeleton h={160} m="md" w="auto" />
        ) : data.items.length === 0 ? (
          <EmptyState icon={<IconPhoneIncoming size={28} stroke={1.5} />} title={t('desk.day.noCalls')} hint={t('desk.day.noCallsHint')} />
        ) : (
          <ul className={classes.list}>
            {data.items.map((c) => (
              <CallRow key={c.id} call={c} />
            ))}
          </ul>
        )}
      </Panel>
      {data && talks.data && <RecentClients clients={recentClients(talks.data.items, user.login, 8)} />}
    </>
  );
}

function Figure({ name, value, bad }: { name: string; value: string | undefined; bad?: boolean }) {
  return (
    <div className={classes.figure}>
      <dt>{name}</dt>
      <dd data-bad={bad || undefined}>{value ?? <Skeleton h={24} w={48} />}</dd>
    </div>
  );
}

function RecentClients({ clients }: { clients: Client[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (clients.length === 0) return null;
  return (
    <Panel title={t('desk.day.clients')} flush>
      <ul className={classes.list}>
        {clients.map((c) => (
          <li key={c.id} className={classes.call}>
            <PathLink to={`/contacts/${c.id}`} className={classes.who}>
              {c.name}
            </PathLink>
            <span className={classes.when}>{format.when(c.call.started_at)}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
