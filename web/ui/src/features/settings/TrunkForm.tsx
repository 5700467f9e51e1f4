import { Checkbox, PasswordInput, SimpleGrid, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import type { Trunk } from '@/api/schema';
import { declareTrunk, trunkValues, type TrunkValues } from './declare';
import { EditPanel } from './EditPanel';
import { RegionSelect } from './regions';
import { TrunkState } from './TrunkState';
import { WholeInput } from './WholeInput';

interface Props {
  trunk?: Trunk;
  revision: string;
  /** A colleague has deleted it. */
  gone: boolean;
  onClose: () => void;
}

/** TrunkForm: trusted by its address, by an account at the provider, or both. */
export function TrunkForm({ trunk, revision, gone, onClose }: Props) {
  const { t } = useTranslation();
  // The password is kept only where it was given for.
  const keepsAccount = (v: TrunkValues) => trunk?.server !== undefined && v.register.server.trim() === trunk.server && v.register.user.trim() === trunk.user;
  const form = useForm({
    initialValues: trunkValues(trunk),
    validate: {
      name: (name) => (name.trim() ? null : t('settings.missing')),
      hosts: (hosts, v) => (hosts.length === 0 && !v.registers ? t('settings.trunk.oneOf') : null),
      register: {
        server: (server, v) => (v.registers && !server.trim() ? t('settings.missing') : null),
        user: (user, v) => (v.registers && !user.trim() ? t('settings.missing') : null),
        password: (password, v) => (v.registers && !password && !keepsAccount(v) ? t('settings.missing') : null),
      },
      area_code: (code) => (/^\d{0,6}$/.test(code.trim()) ? null : t('settings.trunk.areaWrong')),
    },
  });
  const { registers } = form.values;
  return (
    <EditPanel
      title={trunk?.name ?? t('settings.trunk.new')}
      gone={gone}
      form={form}
      base={revision}
      now={trunk && trunkValues(trunk)}
      declare={(v) => ({ trunks: [declareTrunk(v, trunk?.name)] })}
      undo={(v) => {
        if (!trunk) return { trunks: [{ name: v.name.trim(), remove: true }] };
        // What was the password before, nobody can say again.
        return v.register.password || (trunk.server !== undefined && !(v.registers && keepsAccount(v))) ? undefined : { trunks: [declareTrunk(trunkValues(trunk), v.name.trim())] };
      }}
      removal={trunk && (() => ({ trunks: [{ name: trunk.name, remove: true }] }))}
      removeWords={t('settings.trunk.remove')}
      onClose={onClose}
      onDone={onClose}
    >
      {trunk && <TrunkState trunk={trunk} />}
      <TextInput label={t('settings.field.title')} maxLength={100} data-autofocus={!trunk || undefined} {...form.getInputProps('name')} />
      <TagsInput
        label={t('settings.field.hosts')}
        description={t('settings.trunk.hostsHint')}
        placeholder={form.values.hosts.length ? undefined : '192.0.2.10'}
        acceptValueOnBlur
        splitChars={[',', ' ', ';']}
        {...form.getInputProps('hosts')}
      />
      <Stack gap="sm">
        <Checkbox label={t('settings.trunk.account')} description={t('settings.trunk.accountHint')} {...form.getInputProps('registers', { type: 'checkbox' })} />
        {registers && (
          <>
            <TextInput label={t('settings.field.register_server')} placeholder="sip.example.net" {...form.getInputProps('register.server')} />
            <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md" style={{ alignItems: 'start' }}>
              <TextInput label={t('settings.field.register_user')} autoComplete="off" {...form.getInputProps('register.user')} />
              <PasswordInput
                label={t('settings.field.register_password')}
                autoComplete="new-password"
                placeholder={keepsAccount(form.values) ? t('settings.trunk.passwordKept') : undefined}
                visibilityToggleButtonProps={{ 'aria-label': t('password.show'), tabIndex: 0 }}
                {...form.getInputProps('register.password')}
              />
            </SimpleGrid>
          </>
        )}
      </Stack>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md" style={{ alignItems: 'start' }}>
        <RegionSelect label={t('settings.field.region')} {...form.getInputProps('region')} />
        <TextInput label={t('settings.field.area_code')} inputMode="numeric" {...form.getInputProps('area_code')} />
      </SimpleGrid>
      <Text size="xs" c="dimmed" mt={-6}>
        {t('settings.trunk.regionHint')}
      </Text>
      <WholeInput
        label={t('settings.field.max_calls')}
        description={t('settings.trunk.maxCallsHint')}
        max={100_000}
        {...form.getInputProps('max_calls')}
      />
      <Checkbox label={t('settings.field.disabled')} description={t('settings.trunk.disabledHint')} {...form.getInputProps('disabled', { type: 'checkbox' })} />
    </EditPanel>
  );
}
