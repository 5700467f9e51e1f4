import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '@/api/problem';
import { errorWords } from '@/ui/errorWords';
import type { useSignIn } from './useSignIn';

/** SignIn asks for login and password. */
export function SignIn({ signIn }: { signIn: ReturnType<typeof useSignIn> }) {
  const { t } = useTranslation();
  const form = useForm({ initialValues: { login: '', password: '' } });
  return (
    <form onSubmit={form.onSubmit((values) => signIn.mutate(values))}>
      <Stack gap="md">
        {signIn.isError && (
          <Alert variant="light" color="red" role="alert" p="sm">
            {signInWords(t, signIn.error)}
          </Alert>
        )}
        <TextInput label={t('signin.login')} autoComplete="username" autoCapitalize="none" autoFocus required withAsterisk={false} {...form.getInputProps('login')} />
        <PasswordInput
          label={t('signin.password')}
          autoComplete="current-password"
          required
          withAsterisk={false}
          visibilityToggleButtonProps={{ 'aria-label': t('password.show'), tabIndex: 0 }}
          {...form.getInputProps('password')}
        />
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
