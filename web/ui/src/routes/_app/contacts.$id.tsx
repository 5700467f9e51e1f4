import { createFileRoute } from '@tanstack/react-router';
import { contactQuery } from '@/api/queries';
import { ContactCard } from '@/features/contacts/card/ContactCard';
import { timelineQuery } from '@/features/contacts/queries';

export const Route = createFileRoute('/_app/contacts/$id')({
  // Begun when a link is pointed at; nobody waits here.
  loader: ({ context: { cache }, params: { id } }) => {
    void cache.prefetchQuery(contactQuery(id));
    void cache.prefetchInfiniteQuery(timelineQuery(id));
  },
  component: ContactPage,
});

function ContactPage() {
  const { id } = Route.useParams();
  const navigate = Route.useNavigate();
  return (
    <ContactCard
      key={id}
      id={id}
      onMoved={(survivor) => void navigate({ params: { id: survivor }, replace: true })}
      onDeleted={() => void navigate({ to: '/contacts', search: {} })}
    />
  );
}
