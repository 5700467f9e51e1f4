import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import type { Task } from '@/api/schema';

const mine = { mine: true, open: true, limit: 200 };

/** myTasksQuery gives what the user has to do, and what nobody of his office has taken yet. */
export const myTasksQuery = queryOptions({
  queryKey: keys.tasks.list(mine),
  queryFn: ({ signal }) => answer(api.GET('/tasks', { params: { query: mine }, signal })),
});

/** byUrgency sorts tasks: what is due first comes first, what has no time comes last, older ones before newer. */
export function byUrgency(a: Task, b: Task): number {
  if (a.due_at && b.due_at) return a.due_at.localeCompare(b.due_at);
  if (a.due_at || b.due_at) return a.due_at ? -1 : 1;
  return a.created_at.localeCompare(b.created_at);
}

export const isOverdue = (task: Task, now: number) => task.due_at !== undefined && Date.parse(task.due_at) < now;
