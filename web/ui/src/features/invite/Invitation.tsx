import { Alert, Button, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconLinkOff } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import { ApiProblem, isGone } from '@/api/problem';
import type { Session } from '@/api/schema';
import { useFormat } from '@/i18n/format';
import { closest, type Language } from '@/i18n/language';
import { NewPassword } from '@/parts/password/NewPassword';
import { weakness } from '@/parts/password/weak';
import { EmptyState } from '@/ui/EmptyState';
import { errorWords } from '@/ui/errorWords';

interface Props {
  /** The secret of the link. */
  token: string;
  /** Turns the page to the language that the invited person is said to speak. */
  onLanguage: (language: Language) => void;
  onDone: (s: Session) => void;
}

/** Invitation lets somebody set his first password by a link, and in. */
export function Invitation({ token, onLanguage, onDone }: Props) {
  const { t } = useTranslation();
  const look = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => answer(api.POST('/invitation/look', { body: { token } })),
    enabled: token !== '',
    gcTime: 0,
  });
  const speaks = closest(look.data?.locale);
  useEffect(() => {
    if (speaks) onLanguage(speaks);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once: afterwards the choice is the person's
  }, [speaks]);
  if (token === '' || isGone(look.error)) return <DeadLink />;
  if (look.isError) {
    return (
      <Stack gap="md">
        <Alert variant="light" color="red" role="alert" p="sm">
          {errorWords(t, look.error)}
        </Alert>
        <Button onClick={() => void look.refetch()}>{t('ui.retry')}</Button>
      </Stack>
    );
  }
  if (!look.data) {
    return (
      <Stack gap="md" role="status" aria-label={t('ui.loading')}>
        <Skeleton h={40} />
        <Skeleton h={56} />
        <Skeleton h={56} />
      </Stack>
    );
  }
  return <Accept token={token} invited={look.data} onDone={onDone} />;
}

function DeadLink() {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={<IconLinkOff size={32} stroke={1.5} />}
      title={t('invite.dead')}
      hint={t('invite.deadHint')}
      action={
        <Button component="a" href="/login" variant="default">
          {t('invite.signIn')}
        </Button>
      }
    />
  );
}

interface Invited {
  name: string;
  login: string;
  office: string;
  invited_by?: string;
  expires_at: string;
}

function Accept({ token, invited, onDone }: { token: string; invited: Invited; onDone: (s: Session) => void }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const cache = useQueryClient();
  const form = useForm({
    initialValues: { password: '' },
    // What is missing stands below the field already; the error says only that it is.
    validate: { password: (p) => (weakness(p) ? t('invite.better') : null) },
  });
  const accept = useMutation({
    async mutationFn({ password }: { password: string }) {
      const session = await answer(api.POST('/invitation', { body: { token, password } }));
      const locale = closest(i18n.language);
      if (!locale || session.user.locale === locale) return session;
      // The password is set; that the language is remembered is not worth failing for.
      const user = await answer(api.PATCH('/me', { body: { locale } })).catch(() => session.user);
      return { ...session, user };
    },
    onSuccess(session) {
      cache.clear();
      cache.setQueryData(keys.session, session);
      onDone(session);
    },
    onError(err) {
      if (err instanceof ApiProblem && err.field === 'password') form.setFieldError('password', t('password.common'));
    },
  });
  if (isGone(accept.error)) return <DeadLink />;
  const unforeseen = accept.isError && !form.errors.password;
  return (
    <form onSubmit={form.onSubmit((values) => accept.mutate(values))} noValidate>
      <Stack gap="md">
        <div>
          <Text size="sm">
            {invited.invited_by
              ? t('invite.by', { by: invited.invited_by, office: invited.office })
              : t('invite.byNobody', { office: invited.office })}
          </Text>
          <Text size="xs" c="dimmed" mt={4}>
            {t('invite.until', { when: format.when(invited.expires_at) })}
          </Text>
        </div>
        {unforeseen && (
          <Alert variant="light" color="red" role="alert" p="sm">
            {errorWords(t, accept.error)}
          </Alert>
        )}
        <TextInput label={t('invite.login')} value={invited.login} readOnly autoComplete="username" description={t('invite.loginHint')} />
        <NewPassword label={t('invite.password')} autoFocus {...form.getInputProps('password')} />
        <Button type="submit" size="sm" loading={accept.isPending}>
          {t('invite.submit')}
        </Button>
      </Stack>
    </form>
  );
}
