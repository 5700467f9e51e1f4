import { createFileRoute, useNavigate } from '@tanstack/react-router';
import { Audit } from '@/features/settings/Audit';
import { readFilter } from '@/features/settings/auditFilter';

export const Route = createFileRoute('/_app/settings/audit')({ validateSearch: readFilter, component: AuditPage });

function AuditPage() {
  const filter = Route.useSearch();
  const navigate = useNavigate();
  return <Audit filter={filter} onFilter={(search) => void navigate({ to: '/settings/audit', search, replace: true })} />;
}
