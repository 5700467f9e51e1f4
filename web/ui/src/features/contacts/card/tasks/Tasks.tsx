import { Button, Checkbox } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconPhoneIncoming, IconPlus } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import type { Task } from '@/api/schema';
import { can, useSession } from '@/api/session';
import { useFormat } from '@/i18n/format';
import { byUrgency, isOverdue } from '@/parts/agent/tasks';
import { KeyHint } from '@/ui/KeyHint';
import { Panel } from '@/ui/Panel';
import { Unanswered } from '@/ui/Unanswered';
import { useKeys } from '@/ui/useKeys';
import { useNow } from '@/ui/useNow';
import { NewTask } from './NewTask';
import classes from './Tasks.module.css';
import { useFinish } from '@/parts/tasks/useFinish';

interface Props {
  contact: string;
  /** A new one begins, it must be seen. */
  onNew?: () => void;
  /** Stands beside a call, whose phone has the keys; what the call has told is shown until the list is here. */
  inCall?: ReactNode;
}

/** Tasks is what was promised to a client: call-backs first, then by urgency. */
export function Tasks({ contact, onNew, inCall }: Props) {
  const { t } = useTranslation();
  const mayCreate = can(useSession(), 'tasks', 'create');
  const [adding, setAdding] = useState(false);
  const filter = { contact, open: true, limit: 100 };
  const query = useQuery({
    queryKey: keys.tasks.list(filter),
    queryFn: ({ signal }) => answer(api.GET('/tasks', { params: { query: filter }, signal })),
  });
  const { data } = query;
  const tasks = (data?.items ?? []).filter((x) => !x.done_at).sort((a, b) => Number(b.kind === 'callback') - Number(a.kind === 'callback') || byUrgency(a, b));
  const add = () => {
    onNew?.();
    setAdding(true);
  };
  const hasKey = mayCreate && inCall === undefined;
  useKeys({ t: hasKey ? add : undefined });
  return (
    <Panel
      flush
      title={t('contacts.tasks.heading')}
      actions={
        mayCreate && (
          <Button variant="subtle" leftSection={<IconPlus size={14} />} rightSection={hasKey && <KeyHint keys="T" />} onClick={add}>
            {t('contacts.tasks.new')}
          </Button>
        )
      }
    >
      {adding && <NewTask contact={contact} onClose={() => setAdding(false)} />}
      <div className={inCall === undefined ? undefined : classes.inCall}>
        {query.isPending && inCall}
        {!data && (query.error ?? inCall === undefined) && <Unanswered query={query} />}
        {data && tasks.length === 0 && !adding && <p className={classes.none}>{t('contacts.tasks.none')}</p>}
        {tasks.length > 0 && (
          <ul className={classes.list}>
            {tasks.map((task) => (
              <TaskLine key={task.id} task={task} />
            ))}
          </ul>
        )}
      </div>
    </Panel>
  );
}

function TaskLine({ task }: { task: Task }) {
  const { t } = useTranslation();
  const f = useFormat();
  const finish = useFinish();
  const now = useNow(task.due_at !== undefined);
  const late = isOverdue(task, now);
  const title =
    task.kind === 'callback'
      ? t('contacts.tasks.callbackFor', {
          count: Math.max(1, task.calls.length),
        })
      : task.title;
  return (
    <li className={classes.task}>
      <Checkbox size="xs" mt={3} checked={false} onChange={() => void finish(task)} aria-label={t('contacts.tasks.finish', { title })} />
      <div className={classes.what}>
        <span className={classes.title} title={title}>
          {task.kind === 'callback' && <IconPhoneIncoming size={14} className={classes.callback} aria-hidden />}
          {title}
        </span>
        <span className={classes.meta}>
          {task.due_at && (
            <time dateTime={task.due_at} data-late={late || undefined} title={f.exact(task.due_at)}>
              {late && `${t('contacts.tasks.late')} `}
              {f.when(task.due_at)}
            </time>
          )}
          <span>{task.assignee_name ?? t('contacts.tasks.anybody')}</span>
        </span>
      </div>
    </li>
  );
}
