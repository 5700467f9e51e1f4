import { createFileRoute } from '@tanstack/react-router';
import { CallPage } from '@/features/calls/page/CallPage';

export const Route = createFileRoute('/_app/calls/$id')({
  // ?t=83: the second of the recording that a link leads to.
  validateSearch: (search: Record<string, unknown>): { t?: number } => (typeof search.t === 'number' && search.t >= 0 ? { t: search.t } : {}),
  component: OneCall,
});

function OneCall() {
  const { id } = Route.useParams();
  const { t } = Route.useSearch();
  return <CallPage key={id} id={id} at={t} />;
}
