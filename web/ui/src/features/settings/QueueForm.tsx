import { Checkbox, NumberInput, Select, SimpleGrid, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { QueuePolicy } from '@/api/schema';
import { AgentOrder } from './AgentOrder';
import { declareQueue, previousModes, queueValues, strategies, wrapUps } from './declare';
import { EditPanel } from './EditPanel';
import { officesQuery, usersQuery } from './office';
import { SecondsInput } from './SecondsInput';

interface Props {
  /** Missing: a new one. */
  queue?: QueuePolicy;
  revision: string;
  /** A colleague has deleted it. */
  gone: boolean;
  onClose: () => void;
}

const leastUntilOutcome = 120; // seconds

/** QueueForm: how a queue works, each choice with a sentence what it means. */
export function QueueForm({ queue, revision, gone, onClose }: Props) {
  const { t } = useTranslation();
  const { data: users } = useQuery(usersQuery);
  const { data: offices } = useQuery(officesQuery);
  const form = useForm({
    initialValues: queueValues(queue),
    validate: { name: (name) => (name.trim() ? null : t('settings.missing')) },
  });
  const { strategy, previous_manager: previous, wrap_up_until: until } = form.values;
  const places = offices?.items.map((o) => o.name) ?? [];
  return (
    <EditPanel
      title={queue?.name ?? t('settings.queue.new')}
      gone={gone}
      form={form}
      base={revision}
      now={queue && queueValues(queue)}
      declare={(v) => ({ queues: [declareQueue(v, queue?.name)] })}
      undo={(v) => ({ queues: [queue ? declareQueue(queueValues(queue), v.name.trim()) : { name: v.name.trim(), remove: true }] })}
      removal={queue && (() => ({ queues: [{ name: queue.name, remove: true }] }))}
      removeWords={t('settings.queue.remove')}
      onClose={onClose}
      onDone={onClose}
    >
      <TextInput label={t('settings.field.title')} maxLength={100} data-autofocus={!queue || undefined} {...form.getInputProps('name')} />
      <Select
        label={t('settings.field.strategy')}
        description={t(`settings.strategy.${strategy}.means`)}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        allowDeselect={false}
        data={strategies.map((value) => ({ value, label: t(`settings.strategy.${value}.name`) }))}
        {...form.getInputProps('strategy')}
      />
      <AgentOrder
        ordered={strategy === 'linear' || strategy === 'round-robin'}
        people={users?.items ?? []}
        value={form.values.agents}
        onChange={(agents) => form.setFieldValue('agents', agents)}
        error={form.errors.agents}
      />
      <Select
        label={t('settings.field.previous_manager_mode')}
        description={t(`settings.previous.${previous.mode}.means`)}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        allowDeselect={false}
        data={previousModes.map((value) => ({ value, label: t(`settings.previous.${value}.name`) }))}
        {...form.getInputProps('previous_manager.mode')}
      />
      <Select
        label={t('settings.field.wrap_up_until')}
        description={t(`settings.wrapUp.${until}.means`)}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        allowDeselect={false}
        data={wrapUps.map((value) => ({ value, label: t(`settings.wrapUp.${value}.name`) }))}
        {...form.getInputProps('wrap_up_until')}
        onChange={(value) => {
          // The seconds that are enough for a note are not enough to be stopped by.
          if (value === 'outcome' && form.values.wrap_up < leastUntilOutcome) form.setFieldValue('wrap_up', leastUntilOutcome);
          form.setFieldValue('wrap_up_until', value === 'outcome' ? 'outcome' : 'time');
        }}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md" verticalSpacing="md" style={{ alignItems: 'start' }}>
        <SecondsInput label={t('settings.field.previous_manager_wait')} max={600} disabled={previous.mode === 'off'} {...form.getInputProps('previous_manager.wait')} />
        <SecondsInput label={t('settings.field.ring')} hint={t('settings.queue.ringHint')} min={1} max={600} {...form.getInputProps('ring')} />
        <SecondsInput label={t('settings.field.wrap_up')} hint={t(until === 'outcome' ? 'settings.queue.wrapUpMost' : 'settings.queue.wrapUpHint')} min={until === 'outcome' ? 1 : 0} max={3600} {...form.getInputProps('wrap_up')} />
        <SecondsInput label={t('settings.field.max_wait')} hint={t('settings.queue.maxWaitHint')} max={86_400} {...form.getInputProps('max_wait')} />
        <NumberInput
          label={t('settings.field.priority')}
          description={t('settings.queue.priorityHint')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          min={-100}
          max={100}
          allowDecimal={false}
          {...form.getInputProps('priority')}
        />
      </SimpleGrid>
      <Select
        label={t('settings.field.callback_to')}
        description={t('settings.queue.callbackHint')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        placeholder={t('settings.queue.callbackAnybody')}
        clearable
        searchable
        data={users?.items.filter((u) => !u.blocked_at).map((u) => ({ value: u.login, label: u.name }))}
        {...form.getInputProps('callback_to')}
        value={form.values.callback_to || null}
        onChange={(login: string | null) => form.setFieldValue('callback_to', login ?? '')}
      />
      <Checkbox label={t('settings.field.record')} description={t('settings.queue.recordHint')} {...form.getInputProps('record', { type: 'checkbox' })} />
      <Select
        label={t('settings.field.office')}
        placeholder={t('settings.queue.officeOfFirst')}
        allowDeselect={false}
        data={places}
        {...form.getInputProps('office')}
        value={form.values.office || null}
      />
    </EditPanel>
  );
}
