import { useQuery } from '@tanstack/react-query';
import { createFileRoute, Navigate, Outlet, redirect, useRouterState } from '@tanstack/react-router';
import { sessionQuery } from '@/api/session';
import { Frame } from '@/features/shell/Frame';
import { MeMenu } from '@/features/shell/MeMenu';
import { LiveProvider } from '@/live/LiveProvider';

export const Route = createFileRoute('/_app')({
  beforeLoad: async ({ context, location }) => {
    if (!(await context.cache.ensureQueryData(sessionQuery))) throw redirect({ to: '/login', search: { to: location.href } });
  },
  component: AppPage,
});

function AppPage() {
  const { data: session } = useQuery(sessionQuery);
  const href = useRouterState({ select: (s) => s.location.href });
  if (!session) return <Navigate to="/login" search={{ to: href }} />;
  return (
    <LiveProvider key={session.session_id}>
      <Frame search={null} tools={<MeMenu />} dock={null}>
        <Outlet />
      </Frame>
    </LiveProvider>
  );
}
