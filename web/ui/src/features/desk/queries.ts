import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import type { paths } from '@/api/schema';

type Filter = NonNullable<paths['/calls']['get']['parameters']['query']>;

const calls = (query: Filter) =>
  queryOptions({ queryKey: keys.calls.list(query), queryFn: ({ signal }) => answer(api.GET('/calls', { params: { query }, signal })) });

/** What the agent has done today: up to 200 calls, which is more than a day has. */
export const myCallsQuery = (agent: string, since: string) => calls({ agent, since, limit: 200 });

/** His last talks, for the list of those he spoke with. */
export const lastTalksQuery = (agent: string) => calls({ agent, result: 'answered', limit: 50 });

/** Clients of today who reached nobody. */
export const missedQuery = (since: string) => calls({ result: 'missed', since, limit: 50 });
