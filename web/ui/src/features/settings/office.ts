import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';

// What the office has. office.changed makes all of it old (live/cache.ts).

export const usersQuery = queryOptions({
  queryKey: keys.office.part('users'),
  queryFn: ({ signal }) => answer(api.GET('/office/users', { signal })),
});
export const officesQuery = queryOptions({
  queryKey: keys.office.part('offices'),
  queryFn: ({ signal }) => answer(api.GET('/office/offices', { signal })),
});
export const queuesQuery = queryOptions({
  queryKey: keys.office.part('queues'),
  queryFn: ({ signal }) => answer(api.GET('/office/queues', { signal })),
});
export const trunksQuery = queryOptions({
  queryKey: keys.office.part('trunks'),
  queryFn: ({ signal }) => answer(api.GET('/office/trunks', { signal })),
  // How many calls go over a trunk is no event.
  refetchInterval: 10_000,
});
export const rolesQuery = queryOptions({
  queryKey: keys.office.part('roles'),
  queryFn: ({ signal }) => answer(api.GET('/office/roles', { signal })),
});
export const invitationsQuery = queryOptions({
  queryKey: keys.office.part('invitations'),
  queryFn: ({ signal }) => answer(api.GET('/office/invitations', { signal })),
  staleTime: 30_000,
});
export const sessionsQuery = queryOptions({
  queryKey: keys.office.part('sessions'),
  queryFn: ({ signal }) => answer(api.GET('/office/sessions', { signal })),
  staleTime: 10_000,
});
