import { Radio, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { rolesQuery } from './office';

interface Props {
  value: string;
  onChange: (role: string) => void;
  error?: ReactNode;
}

/** RoleChoice says of each role what it may do; one that has more rights than the user can't be given. */
export function RoleChoice({ value, onChange, error }: Props) {
  const { t } = useTranslation();
  const { data } = useQuery(rolesQuery);
  return (
    <Radio.Group label={t('settings.field.role')} value={value} onChange={onChange} error={error}>
      <Stack gap="xs" mt={6}>
        {(data?.items ?? []).map(({ name, yours }) => (
          <Radio
            key={name}
            value={name}
            disabled={!yours && name !== value}
            label={t(`settings.role.${name}.name`, name)}
            description={t(`settings.role.${name}.may`, '')}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
