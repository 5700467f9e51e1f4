import { infiniteQueryOptions, type InfiniteData, type QueryClient } from '@tanstack/react-query';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import type { NotificationPage } from '@/api/schema';

/** The bell's lines, newest first; the first page says how many are unread of all. */
export const notificationsQuery = infiniteQueryOptions({
  queryKey: keys.notifications,
  queryFn: ({ pageParam, signal }) => answer(api.GET('/me/notifications', { params: { query: { limit: 30, after: pageParam || undefined } }, signal })),
  initialPageParam: '',
  getNextPageParam: (page) => page.next,
});

/** readUpTo marks a line and all older ones as read, on this page at once. */
export async function readUpTo(cache: QueryClient, id: string) {
  const now = new Date().toISOString();
  cache.setQueryData<InfiniteData<NotificationPage>>(keys.notifications, (list) =>
    list && { ...list, pages: list.pages.map((page) => ({ ...page, unread: 0, items: page.items.map((n) => ({ ...n, read_at: n.read_at ?? now })) })) },
  );
  await answer(api.PUT('/me/notifications/read', { body: { up_to: id } }));
}
