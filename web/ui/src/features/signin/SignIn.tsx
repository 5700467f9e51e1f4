import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import { ApiProblem } from '@/api/problem';
import type { Session } from '@/api/schema';
import { errorWords } from '@/ui/errorWords';

/** SignIn asks for login and password; onDone gets who is in. */
export function SignIn({ onDone }: { onDone: (s: Session) => void }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const form = useForm({ initialValues: { login: '', password: '' } });
  const signIn = useMutation({
    mutationFn: (body: { login: string; password: string }) => answer(api.POST('/session', { body })),
    onSuccess(session) {
      cache.clear();
      cache.setQueryData(keys.session, session);
      onDone(session);
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => signIn.mutate(values))}>
      <Stack gap="md">
        {signIn.isError && (
          <Alert variant="light" color="red" role="alert" p="sm">
            {signInWords(t, signIn.error)}
          </Alert>
        )}
        <TextInput label={t('signin.login')} autoComplete="username" autoCapitalize="none" autoFocus required withAsterisk={false} {...form.getInputProps('login')} />
        <PasswordInput label={t('signin.password')} autoComplete="current-password" required withAsterisk={false} {...form.getInputProps('password')} />
        <Button type="submit" size="sm" loading={signIn.isPending}>
          {t('signin.submit')}
        </Button>
      </Stack>
    </form>
  );
}

function signInWords(t: ReturnType<typeof useTranslation>['t'], err: unknown): string {
  if (err instanceof ApiProblem && err.status === 401) return t('signin.wrong');
  return errorWords(t, err);
}
