import { queryOptions, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import { useSession } from '@/api/session';

/** Colleagues and what they do; live events keep their states fresh. */
export const agentsQuery = queryOptions({ queryKey: keys.agents, queryFn: ({ signal }) => answer(api.GET('/agents', { signal })) });

/** NameOf names a person by login or id; one who is not among the colleagues keeps the login. */
export type NameOf = (who: string) => string;

/** useNameOf gives the names of the colleagues, one's own among them. */
export function useNameOf(): NameOf {
  const { user } = useSession();
  const { data } = useQuery(agentsQuery);
  const names = useMemo(
    () => new Map([user, ...(data?.items ?? [])].flatMap((p) => [[p.login, p.name] as const, [p.id, p.name] as const])),
    [data, user],
  );
  return useCallback((who) => names.get(who) || who, [names]);
}
