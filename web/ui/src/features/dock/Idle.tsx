import { Button, Text } from '@mantine/core';
import { IconClipboardList, IconUsers } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/api/session';
import type { AgentState } from '@/api/schema';
import { useFormat } from '@/i18n/format';
import { useLive } from '@/live/store';
import { reasonWords, stateMeaning, stateWords } from '@/parts/agent/state';
import { byUrgency, isOverdue, myTasksQuery } from '@/parts/agent/tasks';
import { Elapsed } from '@/ui/Elapsed';
import { complain } from '@/ui/notice';
import { wish } from './actions';
import { Head } from './Client';
import { DialField } from './DialField';
import type { Attended } from './Dock';
import classes from './Dock.module.css';
import { MyPhone } from './MyPhone';

/** Idle says whether calls can come, and what is next. */
export function Idle({ me, wanted, onAttend }: { me: AgentState } & Pick<Attended, 'wanted' | 'onAttend'>) {
  const { t } = useTranslation();
  const { user } = useSession();
  const meaning = stateMeaning[me.state] === 'ok' && me.device ? 'ok' : 'idle';
  const reason = reasonWords(t, me);
  return (
    <>
      <Head meaning={meaning} word={reason ? `${stateWords(t, me.state)} · ${reason}` : stateWords(t, me.state)}>
        <Elapsed since={me.since} />
      </Head>
      <div className={classes.client}>
        <div className={classes.name}>{user.name}</div>
        <div className={classes.number}>{user.extension ? t('dock.phone.extension', { extension: user.extension }) : t('dock.phone.noExtension')}</div>
      </div>
      <MyPhone me={me} />
      {me.device && me.state !== 'available' && me.state !== 'ringing' && me.state !== 'talking' && <BecomeAvailable />}
      {user.extension && <DialField wanted={wanted} onAttend={onAttend} />}
      <Next />
    </>
  );
}

function BecomeAvailable() {
  const { t } = useTranslation();
  const become = useMutation({ mutationFn: () => wish({ state: 'available' }), onError: complain });
  return (
    <div className={classes.buttons}>
      <Button size="sm" onClick={() => become.mutate()} loading={become.isPending}>
        {t('dock.becomeAvailable')}
      </Button>
    </div>
  );
}

/** Next: who waits in the queues, and what is to be done first. */
function Next() {
  const { t } = useTranslation();
  const format = useFormat();
  const queues = useLive((p) => p.queues);
  const { data } = useQuery(myTasksQuery);
  const waiting = Object.values(queues).reduce((sum, q) => sum + q.waiting, 0);
  const first = data?.items.toSorted(byUrgency)[0];
  const late = first && isOverdue(first, Date.now());
  return (
    <div className={classes.upcoming}>
      <Text size="xs" c="dimmed">
        {t('dock.upcoming')}
      </Text>
      <div className={classes.line}>
        <IconUsers size={16} aria-hidden />
        <span>{waiting > 0 ? t('dock.waiting', { count: waiting }) : t('dock.nobodyWaits')}</span>
      </div>
      <div className={classes.line}>
        <IconClipboardList size={16} aria-hidden />
        <span className={classes.task}>{first ? first.title : data ? t('dock.noTasks') : ' '}</span>
        {first?.due_at && <span data-late={late || undefined}>{format.when(first.due_at)}</span>}
      </div>
    </div>
  );
}
