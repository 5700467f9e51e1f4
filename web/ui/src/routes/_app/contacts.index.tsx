import { createFileRoute } from '@tanstack/react-router';
import { NewContact } from '@/features/contacts/create/NewContact';
import { ContactList } from '@/features/contacts/list/ContactList';
import { clean, type ListSearch, parseListSearch } from '@/features/contacts/list/search';

export const Route = createFileRoute('/_app/contacts/')({ validateSearch: parseListSearch, component: ContactsPage });

function ContactsPage() {
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  const change = (to: Partial<ListSearch>) => void navigate({ search: (s) => clean({ ...s, ...to }), replace: true });
  return (
    <>
      <ContactList search={search} onSearch={change} />
      <NewContact
        opened={search.new === true}
        onClose={() => change({ new: undefined })}
        onCreated={(c) => void navigate({ to: '/contacts/$id', params: { id: c.id } })}
      />
    </>
  );
}
