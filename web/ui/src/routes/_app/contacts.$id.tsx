import { createFileRoute } from '@tanstack/react-router';
import { ContactCard } from '@/features/contacts/card/ContactCard';
import { contactQuery, timelineQuery } from '@/features/contacts/queries';

export const Route = createFileRoute('/_app/contacts/$id')({
  validateSearch: (search: Record<string, unknown>): { edit?: 'new' } => (search.edit === 'new' ? { edit: 'new' } : {}),
  // Begun when a link is pointed at; nobody waits here.
  loader: ({ context: { cache }, params: { id } }) => {
    void cache.prefetchQuery(contactQuery(id));
    void cache.prefetchInfiniteQuery(timelineQuery(id));
  },
  component: ContactPage,
});

function ContactPage() {
  const { id } = Route.useParams();
  const { edit } = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <ContactCard
      key={id}
      id={id}
      quickEdit={edit === 'new'}
      onMoved={(survivor) => void navigate({ params: { id: survivor }, search: true, replace: true })}
      onDeleted={() => void navigate({ to: '/contacts', search: {} })}
    />
  );
}
