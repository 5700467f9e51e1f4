import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import type { ActivityKind } from './card/kinds';
import type { ListSearch } from './list/search';

/** The list of cards, page by page; `me` is the login of who looks for his own. */
export function contactsQuery({ q, kind, type, owner, sort }: ListSearch, me: string) {
  const query = { q, kind, type, owner: owner === 'mine' ? me : undefined, sort: sort ?? ('last_touch' as const), limit: 50 };
  return infiniteQueryOptions({
    queryKey: keys.contacts.list(query),
    queryFn: ({ signal, pageParam }) => answer(api.GET('/contacts', { params: { query: { ...query, after: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });
}

/** What happened with a client, newest first, page by page. */
export function timelineQuery(id: string, kind?: ActivityKind) {
  return infiniteQueryOptions({
    queryKey: keys.contacts.timeline(id, kind ? { kind } : {}),
    queryFn: ({ signal, pageParam }) =>
      answer(api.GET('/contacts/{id}/timeline', { params: { path: { id }, query: { kind, after: pageParam, limit: 30 } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  });
}

/** Cards that have a number already, whatever its form. */
export const byPhoneQuery = (phone: string) =>
  queryOptions({
    queryKey: keys.contacts.list({ phone }),
    queryFn: ({ signal }) => answer(api.GET('/contacts', { params: { query: { phone, limit: 5, sort: 'last_touch' } }, signal })),
    staleTime: 30_000,
  });
