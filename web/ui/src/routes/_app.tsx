import { useMantineColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { createFileRoute, Outlet, redirect, useNavigate, useRouter, useRouterState } from '@tanstack/react-router';
import { useCallback, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Session } from '@/api/schema';
import { sessionQuery } from '@/api/session';
import { ScreenPop } from '@/features/desk/ScreenPop';
import { Dock } from '@/features/dock/Dock';
import { StateSwitch } from '@/features/dock/StateSwitch';
import { useTakesCalls } from '@/features/dock/useDock';
import { Bell } from '@/features/notifications/Bell';
import { SearchButton } from '@/features/search/SearchButton';
import { Frame } from '@/features/shell/Frame';
import { MeMenu } from '@/features/shell/MeMenu';
import { LiveProvider } from '@/live/LiveProvider';
import { SoftphoneProvider } from '@/softphone/SoftphoneProvider';
import { appCommands } from './-appCommands';

export const Route = createFileRoute('/_app')({
  beforeLoad: async ({ context, location }) => {
    if (!(await context.cache.ensureQueryData(sessionQuery))) throw redirect({ to: '/login', search: { to: location.href } });
  },
  component: AppPage,
});

function AppPage() {
  const { data: session } = useQuery(sessionQuery);
  const ended = session === null;
  // The page is loaded anew: nothing of what was shown to him stays in its memory.
  useEffect(() => {
    if (ended) location.assign(`/login?to=${encodeURIComponent(location.pathname + location.search)}`);
  }, [ended]);
  if (!session) return null;
  return (
    <LiveProvider key={session.session_id}>
      <SoftphoneProvider session={session}>
        <AppFrame session={session} />
      </SoftphoneProvider>
    </LiveProvider>
  );
}

function AppFrame({ session }: { session: Session }) {
  const takesCalls = useTakesCalls() ?? session.user.extension !== undefined; // the place is kept until one knows
  const navigate = useNavigate();
  const place = useRouterState({ select: (s) => s.location.pathname });
  const shown = useRouterState({ select: (s) => (s.location.pathname === '/' ? s.location.search.call : undefined) });
  const wanted = useRouterState({ select: (s) => s.location.state.dial });
  const dock = (
    <Dock
      shown={shown}
      wanted={wanted}
      onCard={(call) => void navigate({ to: '/', search: { call } })}
      // On the card already, it is the same place: the way back stays what it was.
      onNote={(call) => void navigate({ to: '/', search: { call }, replace: call === shown, state: (was) => ({ ...(call === shown && was), note: Date.now() }) })}
    />
  );
  return (
    <Frame search={<AppSearch session={session} />} tools={<AppTools takesCalls={takesCalls} />} dock={takesCalls ? dock : null}>
      <ScreenPop place={place} shown={shown} onPop={(call) => void navigate({ to: '/', search: { call }, state: { popped: true } })} />
      <Outlet />
    </Frame>
  );
}

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** A call has brought the user here; the way back leads to where he was. */
    popped?: boolean;
    /** When a note about the call was asked for. */
    note?: number;
    /** A number that was clicked in another page. */
    dial?: string;
  }
}

function AppSearch({ session }: { session: Session }) {
  const { t } = useTranslation();
  const router = useRouter();
  const { setColorScheme } = useMantineColorScheme();
  const go = useCallback((path: string) => router.history.push(path), [router]);
  const commands = useCallback(() => appCommands({ t, session, go, setScheme: setColorScheme }), [t, session, go, setColorScheme]);
  return <SearchButton commands={commands} onOpen={go} />;
}

function AppTools({ takesCalls }: { takesCalls: boolean }) {
  const router = useRouter();
  return (
    <>
      {takesCalls && <StateSwitch />}
      <Bell onOpen={(path) => router.history.push(path)} />
      <MeMenu />
    </>
  );
}
