import { createFileRoute, useRouter, useRouterState } from '@tanstack/react-router';
import { DemoPanel } from '@/features/demo/DemoPanel';
import { isDemo } from '@/features/demo/queries';
import { ContactCard } from '@/features/contacts/card/ContactCard';
import { Tasks } from '@/features/contacts/card/tasks/Tasks';
import { Desk } from '@/features/desk/Desk';

export const Route = createFileRoute('/_app/')({
  validateSearch: (search: Record<string, unknown>): { call?: string } => (typeof search.call === 'string' ? { call: search.call } : {}),
  component: DeskPage,
});

function DeskPage() {
  const router = useRouter();
  const navigate = Route.useNavigate();
  const { call } = Route.useSearch();
  const note = useRouterState({ select: (s) => s.location.state.note });
  const popped = useRouterState({
    select: (s) => s.location.state.popped === true,
  });
  const back = () => (popped ? router.history.back() : void navigate({ search: {} }));
  const open = (path: string) => router.history.push(path);
  return (
    <Desk
      call={call}
      note={note}
      onBack={back}
      card={(contact) => <ContactCard key={contact} id={contact} inCall />}
      tasks={(contact, told) => <Tasks key={contact} contact={contact} inCall={told} />}
      above={isDemo && <DemoPanel onOpen={open} />}
    />
  );
}
