import { Anchor, Text, TextInput, type TextInputProps } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { byPhoneQuery } from './queries';
import { enough, type Formatter, formatTyped, loadFormatter, useNumberCountry } from './typedNumber';

interface Props extends Omit<TextInputProps, 'value' | 'onChange'> {
  value: string;
  onChange: (typed: string) => void;
  /** The card that the number is typed for: that it has the number is no news. */
  self?: string;
}

/** NumberField takes a telephone number, groups its digits, and says at once whose it is already. */
export function NumberField({ value, onChange, self, ...rest }: Props) {
  const { t } = useTranslation();
  const country = useNumberCountry();
  const [format, setFormat] = useState<{ by: Formatter }>();
  const [settled] = useDebouncedValue(value, 300);
  const ask = enough(settled) && settled === value;
  const { data } = useQuery({ ...byPhoneQuery(settled.trim()), enabled: ask });
  const known = ask ? data?.items.filter((c) => c.id !== self) : undefined;
  // What was typed before the shapes were there gets its shape now.
  useEffect(() => {
    if (format) onChange(formatTyped(value, '', null, format.by));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once, when they arrive
  }, [format]);
  return (
    <TextInput
      type="tel"
      inputMode="tel"
      autoComplete="off"
      maxLength={50}
      value={value}
      onFocus={() => {
        if (!format) void loadFormatter(country).then((by) => setFormat({ by }), () => undefined); // without the shapes it is a plain field
      }}
      onChange={({ currentTarget: { value: next, selectionStart } }) => onChange(format ? formatTyped(next, value, selectionStart, format.by) : next)}
      description={
        known && known.length > 0 ? (
          <Text size="xs" component="span" role="status">
            {t('contacts.number.known')}{' '}
            {known.map((c, n) => (
              <span key={c.id}>
                {n > 0 && ', '}
                <Anchor size="xs" renderRoot={(props) => <Link to="/contacts/$id" params={{ id: c.id }} {...props} />}>
                  {c.name}
                </Anchor>
              </span>
            ))}
          </Text>
        ) : undefined
      }
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      {...rest}
    />
  );
}
