import { Alert, Button, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/i18n/format';
import { auditFields, auditTitle } from './auditWords';
import { FieldLines } from './DiffLines';
import type { Meanwhile as Known } from './useChange';

/** Meanwhile tells what somebody else has changed while the form was open. */
export function Meanwhile({ meanwhile, onGoOn, busy }: { meanwhile: Known; onGoOn: () => void; busy: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Alert
      role="alert"
      title={t('settings.meanwhile.title')}
      p="sm"
      styles={{ root: { background: 'var(--c-wait-ground)' }, title: { color: 'var(--c-wait-ink)' }, message: { color: 'var(--mantine-color-text)' } }}
    >
      <Stack gap="sm">
        {meanwhile.lines.map((line, n) => (
          <div key={n}>
            <Text size="sm" fw={500}>
              {auditTitle(t, line.object, line.action)}
            </Text>
            <Text size="xs" c="dimmed">
              {[line.who, line.at && format.when(line.at)].filter(Boolean).join(' · ')}
            </Text>
            <FieldLines fields={auditFields(t, line.object, line.fields)} created={line.action === 'create'} />
          </div>
        ))}
        <Text size="sm">{t('settings.meanwhile.hint')}</Text>
        <div>
          <Button variant="default" onClick={onGoOn} loading={busy}>
            {t('settings.meanwhile.goOn')}
          </Button>
        </div>
      </Stack>
    </Alert>
  );
}
