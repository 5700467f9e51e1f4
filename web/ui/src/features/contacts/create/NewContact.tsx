import { ActionIcon, Button, Group, Modal, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import { ApiProblem } from '@/api/problem';
import type { Contact, CreateContactInputBody } from '@/api/schema';
import { complain } from '@/ui/notice';
import { existingOf } from '../existing';
import { OtherField } from '../links/OtherField';
import type { Other } from '../links/others';
import { idOf, link } from '../links/requests';
import { kinds } from '../list/search';
import { NumberField } from '../NumberField';
import { ExistingCards } from './ExistingCards';

interface Props {
  opened: boolean;
  onClose: () => void;
  onCreated: (c: Contact) => void;
}

/** NewContact asks for the little that a card needs to begin with. */
export function NewContact({ opened, onClose, ...rest }: Props) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} title={t('contacts.create.title')} closeButtonProps={{ 'aria-label': t('ui.close') }}>
      <NewContactForm onClose={onClose} {...rest} />
    </Modal>
  );
}

function NewContactForm({ onClose, onCreated }: Omit<Props, 'opened'>) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const form = useForm({
    initialValues: { kind: 'person' as Contact['kind'], name: '', phones: [''] },
    validate: { name: (name) => (name.trim() ? null : t('contacts.create.nameNeeded')) },
  });
  const [company, setCompany] = useState<{ typed: string; is?: Other }>({ typed: '' });
  const create = useMutation({
    mutationFn: async (body: CreateContactInputBody) => {
      const contact = await answer(api.POST('/contacts', { body }));
      if (body.kind !== 'person' || !company.is) return contact;
      try {
        return await link(contact.id, await idOf(company.is, 'company'), '');
      } catch (err) {
        complain(err); // the card itself is made
        return contact;
      }
    },
    onSuccess(contact) {
      cache.setQueryData(keys.contacts.one(contact.id), contact);
      void cache.invalidateQueries({ queryKey: ['contacts', 'list'] });
      onCreated(contact);
    },
    onError(err) {
      if (existingOf(err)) return;
      const blamed = err instanceof ApiProblem ? fieldOf(err.field) : undefined;
      if (blamed) form.setFieldError(blamed, err.message);
      else complain(err);
    },
  });
  const submit = (force: boolean) => {
    if (form.validate().hasErrors) return;
    const { kind, name, phones } = form.getValues();
    create.mutate({
      kind,
      name: name.trim(),
      phones: phones.map((p) => p.trim()).filter(Boolean),
      types: ['client'],
      force: force || undefined,
    });
  };
  const { kind, phones } = form.values;
  const existing = existingOf(create.error);
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        submit(false);
      }}
      noValidate
    >
      <Stack gap="md">
        <SegmentedControl
          aria-label={t('contacts.list.kind')}
          data={kinds.map((value) => ({ value, label: t(`contacts.kinds.${value}`) }))}
          fullWidth
          {...form.getInputProps('kind')}
        />
        <TextInput label={t('contacts.facts.name')} data-autofocus maxLength={200} autoComplete="off" {...form.getInputProps('name')} />
        <Stack gap={6}>
          {phones.map((value, n) => (
            <Group key={n} gap={6} align="flex-end" wrap="nowrap">
              <NumberField
                label={n === 0 ? t('contacts.create.phone') : undefined}
                aria-label={t('contacts.create.phone')}
                style={{ flex: 1, alignSelf: 'flex-start' }}
                value={value}
                onChange={(typed) => {
                  form.setFieldValue(`phones.${n}`, typed);
                  create.reset();
                }}
                error={form.errors[`phones.${n}`]}
              />
              {phones.length > 1 && (
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={36}
                  style={{ alignSelf: n === 0 ? 'flex-end' : undefined }}
                  aria-label={t('contacts.create.noPhone')}
                  onClick={() => form.removeListItem('phones', n)}
                >
                  <IconX size={16} />
                </ActionIcon>
              )}
            </Group>
          ))}
          {phones.length < 5 && (
            <Button variant="subtle" style={{ alignSelf: 'flex-start' }} leftSection={<IconPlus size={14} />} onClick={() => form.insertListItem('phones', '')}>
              {t('contacts.create.anotherPhone')}
            </Button>
          )}
        </Stack>
        {kind === 'person' && (
          <OtherField label={t('contacts.kinds.company')} labelled kind="company" typed={company.typed} onChange={(typed, is) => setCompany({ typed, is })} />
        )}
        {existing && <ExistingCards existing={existing} onAnyway={() => submit(true)} busy={create.isPending} />}
        <Group justify="flex-end">
          <Button variant="default" size="sm" onClick={onClose}>
            {t('contacts.cancel')}
          </Button>
          <Button type="submit" size="sm" loading={create.isPending} disabled={existing !== undefined}>
            {t('contacts.create.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

// The server blames "channels.2.raw" for the third number.
function fieldOf(field: string | undefined): string | undefined {
  const channel = /^channels\.(\d+)\./.exec(field ?? '');
  if (channel) return `phones.${channel[1]}`;
  return field === 'name' ? field : undefined;
}
