import { ActionIcon, Skeleton, Stack } from '@mantine/core';
import { IconCheck, IconChecks, IconPhoneOutgoing } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Task } from '@/api/schema';
import { useFormat } from '@/i18n/format';
import { byUrgency, isOverdue, myTasksQuery } from '@/parts/agent/tasks';
import { useCallBy } from '@/parts/phone/useCallBy';
import { useFinish } from '@/parts/tasks/useFinish';
import { Broken } from '@/ui/Broken';
import { EmptyState } from '@/ui/EmptyState';
import { PathLink } from '@/ui/PathLink';
import { prettyPhone } from '@/ui/phone';
import { useNow } from '@/ui/useNow';
import classes from './Desk.module.css';

/** WorkList is what the agent has to do: clients to call back first, then his tasks. */
export const WorkList = memo(function WorkList() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(myTasksQuery);
  const now = useNow(true, 60_000);
  if (error && !data) return <Broken error={error} reset={() => void refetch()} />;
  if (!data) return <Skeletons />;
  const tasks = data.items.toSorted(byUrgency);
  const backs = tasks.filter((x) => x.kind === 'callback');
  const todos = tasks.filter((x) => x.kind === 'todo');
  if (tasks.length === 0) return <EmptyState icon={<IconChecks size={28} stroke={1.5} />} title={t('desk.work.none')} hint={t('desk.work.noneHint')} />;
  return (
    <>
      <Group title={t('desk.work.backs')} count={backs.length}>
        {backs.map((x) => (
          <Row key={x.id} task={x} now={now} />
        ))}
      </Group>
      <Group title={t('desk.work.todos')} count={todos.length}>
        {todos.map((x) => (
          <Row key={x.id} task={x} now={now} />
        ))}
      </Group>
    </>
  );
});

function Group({ title, count, children }: { title: string; count: number; children: ReactNode }) {
  if (count === 0) return null;
  return (
    <section>
      <h3 className={classes.groupTitle}>
        {title} <span className={classes.count}>{count}</span>
      </h3>
      <ul className={classes.list}>{children}</ul>
    </section>
  );
}

const Row = memo(function Row({ task, now }: { task: Task; now: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const finish = useFinish();
  const callBy = useCallBy();
  const late = isOverdue(task, now);
  const missed = task.calls.length;
  const name = task.kind === 'callback' && !task.title ? prettyPhone(task.phone ?? '') : task.title;
  const when = task.due_at ?? task.created_at;
  return (
    <li className={classes.task}>
      <ActionIcon
        className={classes.check}
        variant="default"
        radius="xl"
        size={22}
        title={t('desk.work.done')}
        aria-label={t('desk.work.doneWhat', { what: name })}
        onClick={() => void finish(task)}
      >
        <IconCheck size={14} />
      </ActionIcon>
      <div className={classes.taskWords}>
        {task.contact_id ? (
          <PathLink to={`/contacts/${task.contact_id}`} className={classes.taskTitle}>
            {name}
          </PathLink>
        ) : (
          <span className={classes.taskTitle}>{name}</span>
        )}
        <div className={classes.taskMore}>
          {missed > 0 && <span>{t('desk.work.missed', { count: missed })}</span>}
          <span data-late={late || undefined}>{late ? t('desk.work.late', { when: format.when(when) }) : format.when(when)}</span>
          {!task.assignee && <span>{t('desk.work.anybody')}</span>}
        </div>
      </div>
      {task.phone?.startsWith('+') && (
        <ActionIcon
          component="a"
          {...callBy(task.phone, { contact: task.contact_id })}
          variant="subtle"
          color="gray"
          size={30}
          title={prettyPhone(task.phone)}
          aria-label={t('desk.work.call', { number: prettyPhone(task.phone) })}
        >
          <IconPhoneOutgoing size={16} />
        </ActionIcon>
      )}
    </li>
  );
});

function Skeletons() {
  return (
    <Stack gap={10} p="md">
      {[0, 1, 2, 3, 4].map((n) => (
        <Skeleton key={n} h={38} />
      ))}
    </Stack>
  );
}
