import { ActionIcon, Skeleton, Stack, Tooltip } from '@mantine/core';
import { IconCheck, IconChecks, IconPhoneOutgoing } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import type { Task } from '@/api/schema';
import { useFormat } from '@/i18n/format';
import { fromLists } from '@/live/lists';
import { byUrgency, isOverdue, myTasksQuery } from '@/parts/agent/tasks';
import { Broken } from '@/ui/Broken';
import { EmptyState } from '@/ui/EmptyState';
import { complain, notice } from '@/ui/notice';
import { prettyPhone } from '@/ui/phone';
import { useNow } from '@/ui/useNow';
import classes from './Desk.module.css';
import { Way } from './Way';

/** WorkList is what the agent has to do: clients to call back first, then his tasks. */
export function WorkList() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(myTasksQuery);
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
          <Row key={x.id} task={x} />
        ))}
      </Group>
      <Group title={t('desk.work.todos')} count={todos.length}>
        {todos.map((x) => (
          <Row key={x.id} task={x} />
        ))}
      </Group>
    </>
  );
}

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

function Row({ task }: { task: Task }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(true, 60_000);
  const done = useDone();
  const late = isOverdue(task, now);
  const missed = task.calls.length;
  const name = task.kind === 'callback' && !task.title ? prettyPhone(task.phone ?? '') : task.title;
  const when = task.due_at ?? task.created_at;
  return (
    <li className={classes.task}>
      <Tooltip label={t('desk.work.done')}>
        <ActionIcon className={classes.check} variant="default" radius="xl" size={22} aria-label={t('desk.work.doneWhat', { what: name })} onClick={() => done(task)}>
          <IconCheck size={14} />
        </ActionIcon>
      </Tooltip>
      <div className={classes.taskWords}>
        {task.contact_id ? (
          <Way to={`/contacts/${task.contact_id}`} className={classes.taskTitle}>
            {name}
          </Way>
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
        <Tooltip label={prettyPhone(task.phone)}>
          <ActionIcon component="a" href={`tel:${task.phone}`} variant="subtle" color="gray" size={30} aria-label={t('desk.work.call', { number: prettyPhone(task.phone) })}>
            <IconPhoneOutgoing size={16} />
          </ActionIcon>
        </Tooltip>
      )}
    </li>
  );
}

/** useDone finishes a task at once, with a way back. */
function useDone(): (task: Task) => void {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const again = () => cache.invalidateQueries({ queryKey: keys.tasks.all });
  const set = useMutation({
    mutationFn: ({ task, done }: { task: Task; done: boolean }) =>
      answer(api.PATCH('/tasks/{id}', { params: { path: { id: task.id } }, body: { version: task.version, done } })),
    onMutate: ({ task, done }) => done && fromLists(cache, ['tasks', 'list'], task.id),
    onSuccess(task, { done }) {
      if (done) notice(t('desk.work.isDone', { what: task.title }), () => set.mutate({ task, done: false }));
    },
    onError: complain,
    onSettled: again,
  });
  return (task) => set.mutate({ task, done: true });
}

function Skeletons() {
  return (
    <Stack gap={10} p="md">
      {[0, 1, 2, 3, 4].map((n) => (
        <Skeleton key={n} h={38} />
      ))}
    </Stack>
  );
}
