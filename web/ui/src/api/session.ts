import { queryOptions, useQuery } from '@tanstack/react-query';
import { answer, api } from './client';
import { keys } from './keys';
import { isSignedOut } from './problem';
import type { Session } from './schema';

// The server has said with the page whether the browser has a session at all.
const withoutSession = () => document.querySelector<HTMLMetaElement>('meta[name=session]')?.content === 'none';
let firstAsk = true;

/** Who is signed in; null when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: keys.session,
  queryFn: async (): Promise<Session | null> => {
    if (firstAsk && withoutSession()) {
      firstAsk = false;
      return null;
    }
    firstAsk = false;
    try {
      return await answer(api.GET('/session'));
    } catch (err) {
      if (isSignedOut(err)) return null;
      throw err;
    }
  },
  staleTime: Infinity,
});

/** useSession gives who is signed in; only below a route that demands it. */
export function useSession(): Session {
  const { data } = useQuery(sessionQuery);
  if (!data) throw new Error('this screen is only for people who are signed in');
  return data;
}

/** can: may the signed-in person do `action` on `object` at all? The server decides on each row. */
export function can(session: Session, object: string, action: string): boolean {
  return session.grants[object]?.[action] !== undefined;
}
