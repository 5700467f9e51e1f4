import { Code, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/api/session';
import { Panel } from '@/ui/Panel';

/** DeskPhone tells how one's telephone on the table gets to work. */
export function DeskPhone() {
  const { t } = useTranslation();
  const { user } = useSession();
  return (
    <Panel title={t('me.phone.title')}>
      {user.extension ? (
        <Stack gap="sm">
          <Text size="sm">{t('me.phone.how')}</Text>
          <dl style={{ display: 'grid', gridTemplateColumns: 'max-content 1fr', gap: '6px 16px', margin: 0, fontSize: 13 }}>
            <Row name={t('me.phone.server')} value={location.hostname} />
            <Row name={t('me.phone.user')} value={user.extension} />
          </dl>
          <Text size="sm" c="dimmed">
            {t('me.phone.password')}
          </Text>
        </Stack>
      ) : (
        <Text size="sm" c="dimmed">
          {t('me.phone.none')}
        </Text>
      )}
    </Panel>
  );
}

function Row({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt style={{ color: 'var(--mantine-color-dimmed)' }}>{name}</dt>
      <dd style={{ margin: 0 }}>
        <Code>{value}</Code>
      </dd>
    </>
  );
}
