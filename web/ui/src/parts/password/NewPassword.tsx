import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { shortest, weakness } from './weak';

type Props = Omit<PasswordInputProps, 'value' | 'description'> & { value?: string };

/**
 * NewPassword is typed once, because it can be looked at. It says in words what is
 * missing while one types; its height stays.
 */
export function NewPassword({ value = '', ...rest }: Props) {
  const { t } = useTranslation();
  return (
    <PasswordInput
      autoComplete="new-password"
      required
      withAsterisk={false}
      value={value}
      description={<span aria-live="polite">{hint(t, value)}</span>}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      visibilityToggleButtonProps={{ 'aria-label': t('password.show'), tabIndex: 0 }}
      {...rest}
    />
  );
}

function hint(t: ReturnType<typeof useTranslation>['t'], value: string): string {
  const weak = value ? weakness(value) : undefined;
  if (!value) return t('password.rule', { count: shortest });
  if (weak === 'short') return t('password.short', { count: shortest - [...value].length });
  return t(`password.${weak ?? 'good'}`);
}
