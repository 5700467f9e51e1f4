import { Button, Group, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { ApiProblem } from '@/api/problem';
import { useSession } from '@/api/session';
import { useFormat } from '@/i18n/format';
import { PersonSelect } from '@/parts/people/PersonSelect';
import { complain, notice } from '@/ui/notice';
import { useFinish } from '@/parts/tasks/useFinish';
import { dueOf, dueOn, type Preset, presets } from '@/parts/tasks/due';
import { onEscape } from '@/ui/onEscape';
import classes from './Tasks.module.css';

/** NewTask makes a task in two keys: T opens it with a title and a date, Enter makes it. */
export function NewTask({ contact, onClose }: { contact: string; onClose: () => void }) {
  const { t } = useTranslation();
  const f = useFormat();
  const cache = useQueryClient();
  const finish = useFinish();
  const { user } = useSession();
  const [title, setTitle] = useState(() => t('contacts.tasks.callBack'));
  const [preset, setPreset] = useState<Preset | 'date'>('tomorrow');
  const [day, setDay] = useState('');
  const [assignee, setAssignee] = useState(user.login);
  const due = preset === 'date' ? dueOn(day, new Date()) : dueOf(preset, new Date());
  const create = useMutation({
    mutationFn: () => answer(api.POST('/tasks', { body: { title: title.trim(), contact_id: contact, assignee, due_at: due?.toISOString() } })),
    onSuccess(task) {
      void cache.invalidateQueries({ queryKey: ['tasks', 'list'] });
      notice(t('contacts.tasks.made'), () => finish(task, { quiet: true, result: t('contacts.tasks.takenBack') }));
      onClose();
    },
    onError: (err) => !(err instanceof ApiProblem && err.field) && complain(err),
  });
  return (
    <form
      data-draft
      className={classes.form}
      onKeyDown={onEscape(onClose)}
      onSubmit={(e) => {
        e.preventDefault();
        if (title.trim() && !create.isPending) create.mutate();
      }}
    >
      <TextInput
        aria-label={t('contacts.tasks.title')}
        autoFocus
        maxLength={500}
        value={title}
        onFocus={(e) => e.currentTarget.select()}
        onChange={(e) => setTitle(e.currentTarget.value)}
        error={create.error instanceof ApiProblem && create.error.field ? create.error.message : undefined}
      />
      <div className={classes.presets} role="group" aria-label={t('contacts.tasks.due')}>
        {[...presets, 'date' as const].map((p) => (
          <button key={p} type="button" className={classes.preset} aria-pressed={preset === p} onClick={() => setPreset(p)}>
            {t(`contacts.tasks.presets.${p}`)}
          </button>
        ))}
      </div>
      {preset === 'date' && <TextInput type="date" aria-label={t('contacts.tasks.presets.date')} value={day} required onChange={(e) => setDay(e.currentTarget.value)} />}
      <PersonSelect aria-label={t('contacts.tasks.assignee')} value={assignee} onChange={setAssignee} />
      <Group justify="space-between" gap={6}>
        <span className={classes.due}>{due && f.when(due)}</span>
        <Group gap={6}>
          <Button variant="default" onClick={onClose}>
            {t('contacts.cancel')}
          </Button>
          <Button type="submit" loading={create.isPending} disabled={!title.trim()}>
            {t('contacts.create.submit')}
          </Button>
        </Group>
      </Group>
    </form>
  );
}
