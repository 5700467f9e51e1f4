import { NumberInput, type NumberInputProps } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { durationWords } from './changeWords';

interface Props extends Omit<NumberInputProps, 'value' | 'onChange' | 'description'> {
  hint?: string;
  value?: number;
  onChange?: (seconds: number) => void;
}

/** SecondsInput asks for a duration in seconds, and says longer ones in minutes too. */
export function SecondsInput({ hint, value = 0, onChange, min = 0, ...rest }: Props) {
  const { t } = useTranslation();
  const words = value >= 60 ? `= ${durationWords(t, value)}` : undefined;
  return (
    <NumberInput
      min={min}
      allowDecimal={false}
      allowNegative={false}
      clampBehavior="blur"
      suffix={` ${t('settings.unit.s')}`}
      value={value}
      onChange={(n) => onChange?.(typeof n === 'number' ? n : Number(min))}
      description={[words, hint].filter(Boolean).join('. ') || undefined}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      {...rest}
    />
  );
}
