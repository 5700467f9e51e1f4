import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';

/** Where one is signed in; asked for anew whenever the profile is opened. */
export const mySessionsQuery = queryOptions({
  queryKey: keys.me.sessions,
  queryFn: ({ signal }) => answer(api.GET('/me/sessions', { signal })),
  staleTime: 10_000,
});
