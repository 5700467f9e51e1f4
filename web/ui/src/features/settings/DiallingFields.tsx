import { Checkbox, Fieldset, MultiSelect, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { OfficeUnit } from '@/api/schema';
import type { OfficeValues } from './declare';
import { perHourMost, roleOpens } from './dialling';
import { openedWords } from './diallingWords';
import { trunksQuery } from './office';
import { Opened } from './Opened';
import { WholeInput } from './WholeInput';

interface Props {
  form: UseFormReturnType<OfficeValues>;
  office?: OfficeUnit;
}

/** DiallingFields: whom the people of an office may call, if it has rules of its own. */
export function DiallingFields({ form, office }: Props) {
  const { t } = useTranslation();
  const { data: trunks } = useQuery(trunksQuery);
  const { own, trunks: chosen } = form.values.dialling;
  const inherited = office?.dialling ? undefined : office?.effective_dialling?.allow;
  return (
    <Fieldset legend={t('settings.dialling.title')}>
      <Stack gap="md">
        <Text size="xs" c="dimmed">
          {t('settings.dialling.hint')}
        </Text>
        <Checkbox
          label={t('settings.dialling.own')}
          description={inherited?.length ? t('settings.dialling.inherited', { what: openedWords(t, inherited) }) : t('settings.dialling.ownHint')}
          {...form.getInputProps('dialling.own', { type: 'checkbox' })}
        />
        {own && (
          <>
            <Opened label={t('settings.field.dialling_allow')} description={t('settings.dialling.allowHint')} {...form.getInputProps('dialling.allow')} />
            {roleOpens.map((role) => (
              <Opened
                key={role}
                label={t('settings.dialling.more', { role: t(`settings.role.${role}.name`) })}
                {...form.getInputProps(`dialling.roles.${role}`)}
              />
            ))}
            <TagsInput
              label={t('settings.field.dialling_deny')}
              description={t('settings.dialling.denyHint')}
              acceptValueOnBlur
              splitChars={[',', ' ', ';']}
              {...form.getInputProps('dialling.deny')}
            />
            <MultiSelect
              label={t('settings.field.dialling_trunks')}
              description={t('settings.dialling.trunksHint')}
              placeholder={chosen.length ? undefined : t('settings.dialling.trunksAll')}
              data={[...new Set([...chosen, ...(trunks?.items.map((x) => x.name) ?? [])])]}
              {...form.getInputProps('dialling.trunks')}
            />
            <TextInput
              label={t('settings.field.dialling_caller_id')}
              description={t('settings.dialling.callerHint')}
              inputMode="tel"
              placeholder="+998712000001"
              {...form.getInputProps('dialling.caller_id')}
            />
            <WholeInput
              label={t('settings.field.dialling_per_hour')}
              description={t('settings.dialling.perHourHint')}
              min={1}
              max={perHourMost}
              {...form.getInputProps('dialling.per_hour')}
            />
          </>
        )}
      </Stack>
    </Fieldset>
  );
}
