import { QueryCache, QueryClient } from '@tanstack/react-query';
import { keys } from './keys';
import { ApiProblem, isSignedOut } from './problem';

/**
 * makeQueryClient holds what the server has told. Live events keep it fresh, so
 * nothing is asked for again just because a window got the focus.
 */
export function makeQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5 * 60_000,
        refetchOnWindowFocus: false,
        retry: (failures, err) => failures < 2 && !(err instanceof ApiProblem && err.status < 500 && err.status !== 429),
      },
    },
    queryCache: new QueryCache({
      onError(err, query) {
        // The session has ended elsewhere: whoever watches the session shows the sign-in.
        if (isSignedOut(err) && query.queryKey[0] !== keys.session[0]) void client.invalidateQueries({ queryKey: keys.session });
      },
    }),
  });
  return client;
}
