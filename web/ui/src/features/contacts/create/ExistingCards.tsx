import { Alert, Button, Stack } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { prettyPhone } from '@/ui/phone';
import type { Existing } from '../existing';

interface Props {
  existing: Existing[];
  onAnyway: () => void;
  busy?: boolean;
}

/** ExistingCards: the number is on other cards. Open one, or go on knowingly. */
export function ExistingCards({ existing, onAnyway, busy }: Props) {
  const { t } = useTranslation();
  return (
    <Alert
      color="yellow"
      variant="light"
      icon={<IconAlertTriangle size={18} />}
      title={t('contacts.existing.title')}
      style={{ background: 'var(--c-wait-ground)', color: 'var(--c-wait-ink)' }}
      styles={{ title: { color: 'var(--c-wait-ink)' } }}
      role="alert"
    >
      <Stack gap="sm" align="flex-start">
        {existing.map((c) => (
          <Button key={`${c.id}${c.phone}`} variant="default" renderRoot={(props) => <Link to="/contacts/$id" params={{ id: c.id }} {...props} />}>
            {t('contacts.existing.open', { name: c.name, phone: prettyPhone(c.phone) })}
          </Button>
        ))}
        <Button variant="subtle" onClick={onAnyway} loading={busy}>
          {t('contacts.existing.anyway')}
        </Button>
      </Stack>
    </Alert>
  );
}
