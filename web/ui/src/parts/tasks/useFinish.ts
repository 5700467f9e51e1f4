import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import type { Task } from '@/api/schema';
import { fromLists } from '@/live/lists';
import { complain, notice } from '@/ui/notice';

/** useFinish marks a task as done at once, with a way back. */
export function useFinish() {
  const { t } = useTranslation();
  const cache = useQueryClient();
  return useCallback(
    async (task: Task, { quiet, result }: { quiet?: boolean; result?: string } = {}) => {
      const patch = (body: { version: number; done: boolean; result?: string }) => answer(api.PATCH('/tasks/{id}', { params: { path: { id: task.id } }, body }));
      const anew = () => cache.invalidateQueries({ queryKey: ['tasks', 'list'] });
      fromLists(cache, ['tasks', 'list'], task.id);
      try {
        const done = await patch({ version: task.version, done: true, result });
        if (quiet) return;
        notice(t('tasks.done', { title: task.title }), async () => {
          await patch({ version: done.version, done: false, result: '' }).catch(complain);
          await anew();
        });
      } catch (err) {
        complain(err);
        await anew();
      }
    },
    [cache, t],
  );
}
