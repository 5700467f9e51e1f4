import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import { ApiProblem } from '@/api/problem';
import { useSession } from '@/api/session';
import { NewPassword } from '@/parts/password/NewPassword';
import { weakness } from '@/parts/password/weak';
import { complain, notice } from '@/ui/notice';
import { Panel } from '@/ui/Panel';
import { mySessionsQuery } from './mySessionsQuery';

/** MyPassword changes the password; it says before that all other sessions end. */
export function MyPassword() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <Panel
      title={t('me.password.title')}
      actions={
        !open && (
          <Button variant="default" onClick={() => setOpen(true)}>
            {t('me.password.change')}
          </Button>
        )
      }
    >
      {open ? (
        <PasswordForm onClose={() => setOpen(false)} />
      ) : (
        <Text size="sm" c="dimmed">
          {t('me.password.hint')}
        </Text>
      )}
    </Panel>
  );
}

function PasswordForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { user } = useSession();
  const cache = useQueryClient();
  const { data: sessions } = useQuery(mySessionsQuery);
  const others = sessions?.items.filter((s) => !s.current).length ?? 0;
  const form = useForm({
    initialValues: { old: '', password: '' },
    validate: {
      old: (p) => (p ? null : t('me.password.oldMissing')),
      password: (p) => (weakness(p) ? t('me.password.better') : null),
    },
  });
  const change = useMutation({
    mutationFn: ({ old, password }: typeof form.values) => answer(api.PUT('/me/password', { body: { old_password: old, new_password: password } })),
    onSuccess() {
      notice(t('me.password.changed'));
      void cache.invalidateQueries({ queryKey: keys.me.sessions });
      onClose();
    },
    onError(err) {
      const field = err instanceof ApiProblem ? err.field : undefined;
      if (field === 'old_password') form.setFieldError('old', t('me.password.oldWrong'));
      else if (field === 'new_password') form.setFieldError('password', t('password.common'));
      else complain(err);
    },
  });
  return (
    <form data-draft={form.isDirty() || undefined} onSubmit={form.onSubmit((values) => change.mutate(values))} noValidate>
      <Stack gap="md" maw={380}>
        <Text size="sm">{others > 0 ? t('me.password.others', { count: others }) : t('me.password.noOthers')}</Text>
        <input type="text" name="username" autoComplete="username" value={user.login} readOnly hidden />
        <PasswordInput
          label={t('me.password.old')}
          autoComplete="current-password"
          autoFocus
          required
          withAsterisk={false}
          visibilityToggleButtonProps={{ 'aria-label': t('password.show'), tabIndex: 0 }}
          {...form.getInputProps('old')}
        />
        <NewPassword label={t('me.password.new')} {...form.getInputProps('password')} />
        <Group gap="sm">
          <Button type="submit" loading={change.isPending}>
            {t('me.password.submit')}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t('me.cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
