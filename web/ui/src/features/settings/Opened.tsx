import { Checkbox, Group, Input, TagsInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { kinds, withKind, withPrefixes } from './dialling';

interface Props {
  label: string;
  description?: string;
  value?: string[];
  onChange?: (rules: string[]) => void;
  error?: ReactNode;
}

/** Opened is a list of what may be called: kinds of numbers to tick, and prefixes to type. */
export function Opened({ label, description, value = [], onChange, error }: Props) {
  const { t } = useTranslation();
  return (
    <Input.Wrapper label={label} labelElement="div" description={description} error={error} role="group" aria-label={label}>
      <Group gap="md" my={6}>
        {kinds.map((kind) => (
          <Checkbox
            key={kind}
            label={t(`settings.dialling.kind.${kind}`)}
            checked={value.includes(kind)}
            onChange={(e) => onChange?.(withKind(value, kind, e.currentTarget.checked))}
          />
        ))}
      </Group>
      <TagsInput
        aria-label={`${label}: ${t('settings.dialling.prefixes')}`}
        placeholder={t('settings.dialling.prefixes')}
        acceptValueOnBlur
        splitChars={[',', ' ', ';']}
        value={value.filter((rule) => !kinds.some((k) => k === rule))}
        onChange={(prefixes) => onChange?.(withPrefixes(value, prefixes))}
      />
    </Input.Wrapper>
  );
}
