import { Button, Group, TextInput } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from './copyText';

interface Props {
  label: string;
  value: string;
  description?: string;
  /** Has the focus when it appears: in place of the button that made it. */
  autoFocus?: boolean;
}

/** Copyable shows a text that is to be carried elsewhere: a link, a token, a password. */
export function Copyable({ label, value, description, autoFocus }: Props) {
  const { t } = useTranslation();
  return (
    <Group align="end" gap="xs" wrap="nowrap">
      <TextInput
        flex={1}
        miw={0}
        label={label}
        description={description}
        value={value}
        readOnly
        autoFocus={autoFocus}
        onFocus={(e) => e.currentTarget.select()}
        styles={{ input: { fontFamily: 'ui-monospace, monospace' } }}
      />
      <CopyButton value={value} label={t('ui.copy')} />
    </Group>
  );
}

/** CopyButton says that it has copied, for two seconds. */
export function CopyButton({ value, label }: { value: string; label: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <Button
      size="sm"
      variant="default"
      leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
      onClick={() => void copyText(value).then(setCopied)}
      style={{ flexShrink: 0 }}
    >
      <span aria-live="polite">{copied ? t('ui.copied') : label}</span>
    </Button>
  );
}
