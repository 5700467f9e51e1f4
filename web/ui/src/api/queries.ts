import { queryOptions } from '@tanstack/react-query';
import { answer, api } from './client';
import { keys } from './keys';

// What more than one feature asks the server for.

export const contactQuery = (id: string) =>
  queryOptions({ queryKey: keys.contacts.one(id), queryFn: ({ signal }) => answer(api.GET('/contacts/{id}', { params: { path: { id } }, signal })) });

export const callQuery = (id: string) =>
  queryOptions({ queryKey: keys.calls.one(id), queryFn: ({ signal }) => answer(api.GET('/calls/{id}', { params: { path: { id } }, signal })) });

/** The queues whose calls the user may see; the settings ask for their policies instead. */
export const queuesQuery = queryOptions({ queryKey: keys.queues, queryFn: ({ signal }) => answer(api.GET('/queues', { signal })) });

export const numbersQuery = queryOptions({
  queryKey: keys.office.part('numbers'),
  queryFn: ({ signal }) => answer(api.GET('/office/numbers', { signal })),
});
