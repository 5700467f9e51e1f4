import { createFileRoute } from '@tanstack/react-router';
import { readFilter } from '@/features/calls/list/filter';
import { CallList } from '@/features/calls/list/CallList';

export const Route = createFileRoute('/_app/calls/')({ validateSearch: readFilter, component: CallsPage });

function CallsPage() {
  const filter = Route.useSearch();
  const navigate = Route.useNavigate();
  return <CallList filter={filter} onFilter={(next) => void navigate({ search: next, replace: true })} />;
}
