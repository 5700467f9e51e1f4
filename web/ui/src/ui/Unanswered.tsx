import { Button, Group, Skeleton, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { errorWords } from './errorWords';

interface Props {
  /** The query that has no data yet. */
  query: { error: Error | null; refetch: () => unknown };
}

/** Unanswered stands in a panel while its answer is on the way, or did not come: it says why, and asks again. */
export function Unanswered({ query: { error, refetch } }: Props) {
  const { t } = useTranslation();
  if (!error)
    return (
      <div role="status" aria-label={t('ui.loading')} style={{ padding: 12 }}>
        <Skeleton h={14} w="70%" />
      </div>
    );
  return (
    <Group role="alert" justify="space-between" gap="sm" p="sm">
      <Text size="sm">{errorWords(t, error)}</Text>
      <Button variant="default" onClick={() => void refetch()}>
        {t('ui.retry')}
      </Button>
    </Group>
  );
}
