import { Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Number as Dialled } from '@/api/schema';
import { prettyPhone } from '@/ui/phone';
import { declareNumber, numberValues } from './declare';
import { EditPanel } from './EditPanel';
import { officesQuery, queuesQuery } from './office';

interface Props {
  number?: Dialled;
  revision: string;
  /** A colleague has deleted it. */
  gone: boolean;
  onClose: () => void;
}

export function NumberForm({ number, revision, gone, onClose }: Props) {
  const { t } = useTranslation();
  const { data: queues } = useQuery(queuesQuery);
  const { data: offices } = useQuery(officesQuery);
  const form = useForm({
    initialValues: numberValues(number),
    validate: { number: (n) => (/^[+\d][\d\s()-]{4,}$/.test(n.trim()) ? null : t('settings.number.wrong')) },
  });
  return (
    <EditPanel
      title={number ? prettyPhone(number.number) : t('settings.number.new')}
      gone={gone}
      form={form}
      base={revision}
      now={number && numberValues(number)}
      declare={(v) => ({ numbers: [declareNumber(v)] })}
      undo={(v) => ({ numbers: [number ? declareNumber(numberValues(number)) : { number: v.number.trim(), remove: true }] })}
      removal={number && (() => ({ numbers: [{ number: number.number, remove: true }] }))}
      removeWords={t('settings.number.remove')}
      onClose={onClose}
      onDone={onClose}
    >
      <TextInput
        label={t('settings.field.number')}
        description={number ? t('settings.number.fixed') : t('settings.number.numberHint')}
        type="tel"
        readOnly={number !== undefined}
        data-autofocus={!number || undefined}
        {...form.getInputProps('number')}
      />
      <Select
        label={t('settings.field.queue')}
        description={t('settings.number.queueHint')}
        placeholder={t('settings.number.nowhere')}
        clearable
        data={queues?.items.map((q) => q.name) ?? []}
        {...form.getInputProps('queue')}
        value={form.values.queue || null}
        onChange={(queue: string | null) => form.setFieldValue('queue', queue ?? '')}
      />
      <TextInput label={t('settings.field.source')} description={t('settings.number.sourceHint')} placeholder={t('settings.number.sourceExample')} maxLength={100} {...form.getInputProps('source')} />
      <Select
        label={t('settings.field.office')}
        placeholder={t('settings.number.officeOfQueue')}
        allowDeselect={false}
        data={offices?.items.map((o) => o.name) ?? []}
        {...form.getInputProps('office')}
        value={form.values.office || null}
      />
    </EditPanel>
  );
}
