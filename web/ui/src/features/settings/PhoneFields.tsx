import { Button, Checkbox, Input, Stack, Text, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconKey } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { OfficeUser } from '@/api/schema';
import { Copyable } from '@/ui/Copyable';
import type { PersonValues } from './declare';
import { phonePassword } from './phonePassword';

/** PhoneFields: the extension, and the password that a desk phone registers with, shown once. */
export function PhoneFields({ user, form, needed }: { user: OfficeUser; form: UseFormReturnType<PersonValues>; needed: boolean }) {
  const { t } = useTranslation();
  const { extension, sip_password: password } = form.values;
  return (
    <>
      <TextInput label={t('settings.field.extension')} description={t('settings.person.extensionHint')} inputMode="numeric" {...form.getInputProps('extension')} />
      {extension.trim() !== '' && (
        <Stack gap="xs">
          {password ? (
            <Copyable label={t('settings.field.sip_password')} description={t('settings.person.phonePasswordOnce')} value={password} autoFocus />
          ) : (
            <Input.Wrapper
              label={t('settings.field.sip_password')}
              labelElement="div"
              description={t(user.has_phone ? 'settings.person.phonePasswordIs' : 'settings.person.phonePasswordNone')}
              error={form.errors.sip_password}
            >
              <Button
                mt={6}
                variant="default"
                leftSection={<IconKey size={16} aria-hidden />}
                onClick={() => {
                  form.setFieldValue('sip_password', phonePassword());
                  form.clearFieldError('sip_password');
                }}
              >
                {t('settings.person.phonePasswordNew')}
              </Button>
            </Input.Wrapper>
          )}
          {needed && !form.errors.sip_password && !password && (
            <Text size="xs" c="dimmed">
              {t('settings.person.phonePasswordNeeded')}
            </Text>
          )}
        </Stack>
      )}
      <Checkbox label={t('settings.field.auto_available')} description={t('settings.person.autoHint')} {...form.getInputProps('auto_available', { type: 'checkbox' })} />
    </>
  );
}
