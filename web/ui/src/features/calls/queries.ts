import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import { askFor, type CallFilter } from './list/filter';

/** The calls of a filter, newest first. `today` (2026-11-25) makes the list anew at midnight. */
export const callsQuery = (filter: CallFilter, today: string) =>
  infiniteQueryOptions({
    queryKey: keys.calls.list({ ...filter, today: filter.period && filter.period !== 'range' ? today : undefined }),
    queryFn: ({ pageParam, signal }) =>
      answer(api.GET('/calls', { params: { query: { ...askFor(filter, new Date()), limit: 50, after: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });

export const traceQuery = (id: string) =>
  queryOptions({ queryKey: keys.calls.trace(id), queryFn: ({ signal }) => answer(api.GET('/calls/{id}/trace', { params: { path: { id } }, signal })) });
