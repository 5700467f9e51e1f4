import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';

/** Is this `callcard demo`? The server has said so with the page. */
export const isDemo = document.querySelector<HTMLMetaElement>('meta[name=demo]')?.content === 'yes';

/** What the demo office is like; only asked for in the demo. */
export const demoQuery = queryOptions({
  queryKey: keys.demo,
  queryFn: ({ signal }) => answer(api.GET('/demo', { signal })),
  enabled: isDemo,
  // While clients are being put into another language, the progress is worth watching.
  refetchInterval: ({ state }) => (state.data?.rewriting ? 500 : false),
});

/** letCall lets a client call: new, known, shared, anonymous, or whose card has the id. */
export const letCall = (from: string) => answer(api.POST('/demo/calls', { body: { from } }));
