import { Button, Checkbox, Group, Text, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type KeyboardEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import type { Task } from '@/api/schema';
import { can, useSession } from '@/api/session';
import { useFormat } from '@/i18n/format';
import { dueAt, type DueName, dueNames } from '@/parts/tasks/due';
import { KeyHint } from '@/ui/KeyHint';
import { complain, notice } from '@/ui/notice';
import { Panel } from '@/ui/Panel';
import { useKeys } from '@/ui/useKeys';
import classes from './Tasks.module.css';

/** Tasks are what is promised to a client: call-backs and things to do; a new one in two keys. */
export function Tasks({ contact, phone }: { contact: string; phone?: string }) {
  const { t } = useTranslation();
  const session = useSession();
  const cache = useQueryClient();
  const [asks, setAsks] = useState(false);
  const query = { contact, open: true, limit: 50 };
  const { data } = useQuery({ queryKey: keys.tasks.list(query), queryFn: ({ signal }) => answer(api.GET('/tasks', { params: { query }, signal })) });
  const refresh = () => cache.invalidateQueries({ queryKey: keys.tasks.all });
  const mayMake = can(session, 'tasks', 'create');
  useKeys({ t: mayMake ? () => setAsks(true) : undefined });

  const finish = async (task: Task, done: boolean, version = task.version): Promise<void> => {
    try {
      const now = await answer(api.PATCH('/tasks/{id}', { params: { path: { id: task.id } }, body: { version, done } }));
      await refresh();
      if (done) notice(t('contacts.tasks.finished', { title: titleOf(t, task) }), () => finish(task, false, now.version));
    } catch (err) {
      complain(err);
      await refresh();
    }
  };

  return (
    <Panel
      title={t('contacts.tasks.title')}
      actions={
        mayMake && (
          <Button variant="subtle" leftSection={<IconPlus size={16} aria-hidden />} rightSection={<KeyHint keys="T" />} onClick={() => setAsks(true)}>
            {t('contacts.tasks.new')}
          </Button>
        )
      }
    >
      {asks && <NewTask contact={contact} phone={phone} onDone={() => setAsks(false)} />}
      {data?.items.length === 0 && !asks && (
        <Text size="sm" c="dimmed">
          {t('contacts.tasks.none')}
        </Text>
      )}
      <ul className={classes.list} aria-label={t('contacts.tasks.title')}>
        {data?.items.map((task) => (
          <TaskLine key={task.id} task={task} onDone={() => void finish(task, true)} />
        ))}
      </ul>
    </Panel>
  );
}

const titleOf = (t: ReturnType<typeof useTranslation>['t'], task: Task) => (task.kind === 'callback' ? t('contacts.tasks.callback') : task.title);

function TaskLine({ task, onDone }: { task: Task; onDone: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const late = task.due_at !== undefined && new Date(task.due_at) < new Date();
  return (
    <li className={classes.task}>
      <Checkbox
        size="xs"
        checked={false}
        onChange={onDone}
        label={titleOf(t, task)}
        aria-label={t('contacts.tasks.done', { title: titleOf(t, task) })}
        styles={{ label: { overflowWrap: 'anywhere' } }}
      />
      <span className={classes.note}>
        {task.calls.length > 1 && <span>{t('contacts.tasks.missed', { count: task.calls.length })}</span>}
        {task.due_at && (
          <time dateTime={task.due_at} data-late={late || undefined} title={format.exact(task.due_at)}>
            {late ? t('contacts.tasks.late', { when: format.when(task.due_at) }) : format.when(task.due_at)}
          </time>
        )}
        {task.assignee_name && <span>{task.assignee_name}</span>}
      </span>
    </li>
  );
}

/** NewTask: what, then when; Enter takes tomorrow, a click or Ctrl with a digit another day. */
function NewTask({ contact, phone, onDone }: { contact: string; phone?: string; onDone: () => void }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [title, setTitle] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const make = useMutation({
    mutationFn: (when: DueName) =>
      answer(api.POST('/tasks', { body: { title: title.trim(), contact_id: contact, phone, due_at: dueAt(when, new Date()).toISOString() } })),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: keys.tasks.all });
      onDone();
    },
    onError: complain,
  });
  const choose = (when: DueName) => (title.trim() ? make.mutate(when) : field.current?.focus());
  const onKey = (e: KeyboardEvent) => {
    if (e.key === 'Escape') onDone();
    if (e.key === 'Enter') choose('tomorrow');
    const place = Number(e.key) - 1;
    if ((e.ctrlKey || e.metaKey) && dueNames[place]) {
      e.preventDefault();
      choose(dueNames[place]);
    }
  };
  return (
    <div className={classes.new}>
      <TextInput
        ref={field}
        autoFocus
        value={title}
        onChange={(e) => setTitle(e.currentTarget.value)}
        onKeyDown={onKey}
        placeholder={t('contacts.tasks.what')}
        aria-label={t('contacts.tasks.what')}
        maxLength={500}
      />
      <Group gap={6} role="group" aria-label={t('contacts.tasks.when')}>
        {dueNames.map((when) => (
          <Button key={when} variant={when === 'tomorrow' ? 'light' : 'default'} onClick={() => choose(when)} loading={make.isPending && make.variables === when}>
            {t(`contacts.tasks.due.${when}`)}
          </Button>
        ))}
      </Group>
    </div>
  );
}
