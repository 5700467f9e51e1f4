import { Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import type { OfficeUnit } from '@/api/schema';
import { TimezoneSelect } from '@/ui/TimezoneSelect';
import { declareOffice, officeValues, type OfficeValues } from './declare';
import { DiallingFields } from './DiallingFields';
import { EditPanel } from './EditPanel';
import { possibleParents } from './officeTree';
import { RegionSelect } from './regions';

interface Props {
  office?: OfficeUnit;
  all: OfficeUnit[];
  revision: string;
  /** A colleague has deleted it. */
  gone: boolean;
  onClose: () => void;
}

export function OfficeForm({ office, all, revision, gone, onClose }: Props) {
  const { t } = useTranslation();
  const form = useForm<OfficeValues>({
    initialValues: officeValues(office),
    validate: { name: (name) => (name.trim() ? null : t('settings.missing')) },
  });
  return (
    <EditPanel
      title={office?.name ?? t('settings.office.new')}
      gone={gone}
      form={form}
      base={revision}
      now={office && officeValues(office)}
      declare={(v) => ({ offices: [declareOffice(v, office?.name)] })}
      undo={(v) => ({ offices: [office ? declareOffice(officeValues(office), v.name.trim()) : { name: v.name.trim(), remove: true }] })}
      removal={office && (() => ({ offices: [{ name: office.name, remove: true }] }))}
      removeWords={t('settings.office.remove')}
      onClose={onClose}
      onDone={onClose}
    >
      <TextInput label={t('settings.field.title')} maxLength={100} data-autofocus={!office || undefined} {...form.getInputProps('name')} />
      <Select
        label={t('settings.field.parent')}
        description={t('settings.office.parentHint')}
        placeholder={t('settings.office.noParent')}
        clearable
        data={possibleParents(all, office?.name)}
        {...form.getInputProps('parent')}
        value={form.values.parent || null}
        onChange={(parent: string | null) => form.setFieldValue('parent', parent ?? '')}
      />
      <TimezoneSelect label={t('settings.field.timezone')} allowDeselect={false} {...form.getInputProps('timezone')} />
      <RegionSelect label={t('settings.field.region')} description={t('settings.office.regionHint')} {...form.getInputProps('region')} />
      <DiallingFields form={form} office={office} />
    </EditPanel>
  );
}
