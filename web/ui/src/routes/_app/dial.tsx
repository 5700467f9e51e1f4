import { createFileRoute, redirect } from '@tanstack/react-router';

/** Where the browser leads who clicks a telephone link of another page (see features/me/Sound): the number stands in the dock then. */
export const Route = createFileRoute('/_app/dial')({
  validateSearch: (search: Record<string, unknown>): { to?: string } => (typeof search.to === 'string' ? { to: search.to } : {}),
  beforeLoad({ search }) {
    throw redirect({ to: '/', state: { dial: search.to?.replace(/^tel:/i, '').split(';')[0] }, replace: true });
  },
});
