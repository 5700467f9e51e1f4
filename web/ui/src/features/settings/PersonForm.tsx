import { Checkbox, Select, SimpleGrid, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import type { OfficeUser } from '@/api/schema';
import { languageNames, languages } from '@/i18n/language';
import { declarePerson, personValues, type PersonValues } from './declare';
import { EditPanel } from './EditPanel';
import { useExtensionCheck } from './extension';
import { officesQuery, usersQuery } from './office';
import { PersonAccess } from './PersonAccess';
import { differences } from './personDiff';
import { PhoneFields } from './PhoneFields';
import { RoleChoice } from './RoleChoice';
import type { Base } from './useChange';

/** PersonForm: who somebody is here. His login stays; his own password is not the office's. */
export function PersonForm({ user, gone, onClose }: { user: OfficeUser; gone: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const { data: offices } = useQuery(officesQuery);
  const checkExtension = useExtensionCheck(user.login);
  const opened = useRef(user); // what the form was filled from
  const form = useForm({
    initialValues: personValues(user),
    validate: {
      name: (name) => (name.trim() ? null : t('settings.missing')),
      extension: checkExtension,
      sip_password: (p, v) => (needsPhonePassword(user, v) && !p ? t('settings.person.phonePasswordNeeded') : null),
    },
  });

  const apply = (v: PersonValues, base: Base) => {
    const unit = offices?.items.find((o) => o.name === v.office);
    return answer(
      api.PATCH('/office/users/{id}', {
        params: { path: { id: user.id } },
        body: {
          version: base as number,
          name: v.name.trim(),
          role: v.role,
          office_id: unit?.id,
          locale: v.locale,
          extension: v.extension.trim(),
          sip_password: v.sip_password || undefined,
          auto_available: v.auto_available,
          blocked: v.blocked,
        },
      }),
    );
  };
  const explain = async () => {
    const { items } = await cache.fetchQuery({ ...usersQuery, staleTime: 0 });
    const now = items.find((u) => u.id === user.id);
    const fields = now ? differences(opened.current, now) : [];
    if (now) opened.current = now;
    return { base: now?.version, lines: [{ object: 'users', action: 'update', fields }] };
  };

  return (
    <EditPanel
      title={user.name}
      gone={gone}
      form={form}
      base={user.version}
      now={personValues(user)}
      declare={(v) => ({ users: [declarePerson(v)] })}
      apply={apply}
      explain={explain}
      undo={(v) => (v.sip_password || needsPhonePassword(user, v) ? undefined : { users: [declarePerson(personValues(user))] })}
      onClose={onClose}
      onDone={onClose}
      beside={<PersonAccess user={user} />}
    >
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md" style={{ alignItems: 'start' }}>
        <TextInput label={t('settings.field.name')} maxLength={200} {...form.getInputProps('name')} />
        <TextInput label={t('settings.field.login')} readOnly value={user.login} />
      </SimpleGrid>
      <RoleChoice value={form.values.role} onChange={(role) => form.setFieldValue('role', role)} error={form.errors.role} />
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md" style={{ alignItems: 'start' }}>
        <Select label={t('settings.field.office')} allowDeselect={false} data={offices?.items.map((o) => o.name) ?? [user.office]} {...form.getInputProps('office')} />
        <Select
          label={t('settings.field.locale')}
          placeholder={t('settings.person.localeOfBrowser')}
          clearable
          data={languages.map((value) => ({ value, label: languageNames[value] }))}
          value={form.values.locale || null}
          error={form.errors.locale}
          onChange={(locale) => form.setFieldValue('locale', locale ?? '')}
        />
      </SimpleGrid>
      <PhoneFields user={user} form={form} needed={needsPhonePassword(user, form.values)} />
      <Checkbox label={t('settings.field.blocked')} description={t('settings.person.blockedHint')} {...form.getInputProps('blocked', { type: 'checkbox' })} />
    </EditPanel>
  );
}

/** The phone's password is bound to the extension: a new one needs it anew. */
const needsPhonePassword = (user: OfficeUser, v: PersonValues) => user.has_phone && v.extension.trim() !== '' && v.extension.trim() !== (user.extension ?? '');
