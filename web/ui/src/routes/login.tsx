import { createFileRoute, redirect, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { sessionQuery } from '@/api/session';
import { DemoPeople } from '@/features/demo/DemoPeople';
import { Doorstep } from '@/features/signin/Doorstep';
import { SignIn } from '@/features/signin/SignIn';
import { useSignIn } from '@/features/signin/useSignIn';
import { setLanguage } from '@/i18n';
import { closest } from '@/i18n/language';

export const Route = createFileRoute('/login')({
  validateSearch: (search: Record<string, unknown>): { to?: string } => {
    const to = search.to;
    // Only ways within the page: a link must not be able to lead a newcomer elsewhere.
    return typeof to === 'string' && /^\/(?!\/|\\)/.test(to) ? { to } : {};
  },
  beforeLoad: async ({ context, search }) => {
    if (await context.cache.ensureQueryData(sessionQuery)) throw redirect({ to: search.to ?? '/' });
  },
  component: LoginPage,
});

function LoginPage() {
  const { t } = useTranslation();
  const router = useRouter();
  const { to } = Route.useSearch();
  const signIn = useSignIn(async ({ user }) => {
    const language = closest(user.locale);
    if (language) await setLanguage(language);
    router.history.push(to ?? '/');
  });
  return (
    <Doorstep title={t('signin.title')} below={<DemoPeople onChoose={(login, password) => signIn.mutate({ login, password })} />}>
      <SignIn signIn={signIn} />
    </Doorstep>
  );
}
