import { useTranslation } from 'react-i18next';
import { durationWords } from './changeWords';
import { WholeInput, type WholeProps } from './WholeInput';

interface Props extends Omit<WholeProps, 'description'> {
  hint?: string;
}

/** SecondsInput asks for a duration in seconds, and says longer ones in minutes too. */
export function SecondsInput({ hint, value = 0, ...rest }: Props) {
  const { t } = useTranslation();
  const words = value >= 60 ? `= ${durationWords(t, value)}` : undefined;
  return (
    <WholeInput
      suffix={` ${t('settings.unit.s')}`}
      value={value}
      description={[words, hint].filter(Boolean).join('. ') || undefined}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      {...rest}
    />
  );
}
