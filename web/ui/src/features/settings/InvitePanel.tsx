import { Alert, Button, Drawer, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import { ApiProblem } from '@/api/problem';
import { useSession } from '@/api/session';
import { closest, languageNames, languages } from '@/i18n/language';
import { errorWords } from '@/ui/errorWords';
import classes from './EditPanel.module.css';
import { InvitationLink } from './InvitationLink';
import { officesQuery } from './office';
import { useExtensionCheck } from './extension';
import { RoleChoice } from './RoleChoice';
import { LeaveQuestion, useLeaving } from './useLeaving';
import { usePanelKeys } from './usePanelKeys';

/** InvitePanel makes a person and the link by which he comes in; the link is shown once. */
export function InvitePanel({ onClose }: { onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const { user } = useSession();
  const cache = useQueryClient();
  const { data: offices } = useQuery(officesQuery);
  const checkExtension = useExtensionCheck();
  const [trouble, setTrouble] = useState<string>();
  const form = useForm({
    initialValues: { name: '', login: '', role: 'agent', office: user.office, locale: closest(i18n.language) ?? ('en'), extension: '' },
    validate: {
      name: (name) => (name.trim() ? null : t('settings.missing')),
      login: (login) => (/^[a-z0-9._@+-]{1,64}$/.test(login.trim()) ? null : t('settings.person.loginWrong')),
      extension: checkExtension,
    },
  });
  const invite = useMutation({
    mutationFn: ({ name, login, role, office, locale, extension }: typeof form.values) =>
      answer(
        api.POST('/office/invitations', {
          body: {
            name: name.trim(),
            login: login.trim(),
            role,
            locale,
            office_id: offices?.items.find((o) => o.name === office)?.id,
            extension: extension.trim() || undefined,
          },
        }),
      ),
    onMutate: () => setTrouble(undefined),
    onSuccess() {
      void cache.invalidateQueries({ queryKey: keys.office.all });
    },
    onError(err) {
      const field = err instanceof ApiProblem ? err.field : undefined;
      if (field !== undefined && field in form.values) form.setFieldError(field, errorWords(t, err));
      else setTrouble(errorWords(t, err));
    },
  });
  const leaving = useLeaving(() => form.isDirty() && !invite.isSuccess);
  usePanelKeys({ Escape: () => (leaving ? leaving.stay() : onClose()) });
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={480}
      title={t('settings.person.invite')}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
      transitionProps={{ duration: 0 }}
      closeOnEscape={false}
      overlayProps={{ backgroundOpacity: 0.35 }}
      classNames={{ content: classes.content, header: classes.header, title: classes.name, body: classes.body }}
    >
      {invite.data ? (
        <Stack p="md" gap="md">
          <Text size="sm">{t('settings.invitation.send', { name: invite.data.name })}</Text>
          <InvitationLink invitation={invite.data} />
          <Group gap="sm">
            <Button
              onClick={() => {
                form.reset();
                invite.reset();
              }}
            >
              {t('settings.invitation.another')}
            </Button>
            <Button variant="default" onClick={onClose}>
              {t('settings.invitation.done')}
            </Button>
          </Group>
        </Stack>
      ) : (
        <form className={classes.form} onSubmit={form.onSubmit((v) => invite.mutate(v))} noValidate>
          <div className={classes.scroll}>
            <Stack gap="md">
              {trouble && (
                <Alert variant="light" color="red" role="alert" p="sm">
                  {trouble}
                </Alert>
              )}
              <TextInput label={t('settings.field.name')} maxLength={200} data-autofocus {...form.getInputProps('name')} />
              <TextInput label={t('settings.field.login')} description={t('settings.person.loginHint')} autoCapitalize="none" autoComplete="off" {...form.getInputProps('login')} />
              <RoleChoice value={form.values.role} onChange={(role) => form.setFieldValue('role', role)} error={form.errors.role} />
              <Select label={t('settings.field.office')} allowDeselect={false} data={offices?.items.map((o) => o.name) ?? [user.office]} {...form.getInputProps('office')} />
              <Select
                label={t('settings.person.linkLanguage')}
                allowDeselect={false}
                data={languages.map((value) => ({ value, label: languageNames[value] }))}
                {...form.getInputProps('locale')}
              />
              <TextInput label={t('settings.field.extension')} description={t('settings.person.extensionHint')} inputMode="numeric" {...form.getInputProps('extension')} />
            </Stack>
          </div>
          <Group className={classes.foot} gap="sm">
            {leaving ? (
              <LeaveQuestion {...leaving} />
            ) : (
              <>
                <Button type="submit" loading={invite.isPending}>
                  {t('settings.invitation.make')}
                </Button>
                <Button variant="default" onClick={onClose}>
                  {t('settings.cancel')}
                </Button>
              </>
            )}
          </Group>
        </form>
      )}
    </Drawer>
  );
}
