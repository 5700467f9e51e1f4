import { Alert, Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/api/session';
import { Broken } from '@/ui/Broken';
import { errorWords } from '@/ui/errorWords';
import { NotHere } from '@/ui/NotHere';
import { mayOpen, type SectionId } from './sections';

interface Props {
  id: SectionId;
  actions?: ReactNode;
  /** What could not be loaded, and how to try again: what is there already stays, with the form that is filled in. */
  error?: Error | null;
  retry?: () => unknown;
  loading?: boolean;
  children: ReactNode;
}

/** Section is a page of the settings: its name, a sentence what it is for, and its list. */
export function Section({ id, actions, error, retry, loading, children }: Props) {
  const { t } = useTranslation();
  if (!mayOpen(useSession(), id)) return <NotHere />;
  if (error && loading) return <Broken error={error} reset={() => void retry?.()} />;
  return (
    <Stack gap="md" maw={1040}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <div style={{ flex: '1 1 320px', minWidth: 0 }}>
          <Title order={1}>{t(`settings.section.${id}.title`)}</Title>
          <Text size="sm" c="dimmed" maw={620}>
            {t(`settings.section.${id}.hint`)}
          </Text>
        </div>
        <Group gap="sm">{actions}</Group>
      </Group>
      {error && (
        <Alert variant="light" color="yellow" role="status" p="sm">
          <Group justify="space-between" gap="sm">
            <Text size="sm">{`${t('ui.notFresh')} ${errorWords(t, error)}`}</Text>
            <Button variant="default" onClick={() => void retry?.()}>
              {t('ui.retry')}
            </Button>
          </Group>
        </Alert>
      )}
      {loading ? <Skeleton h={220} role="status" aria-label={t('ui.loading')} /> : children}
    </Stack>
  );
}

export function AddButton({ onClick, children }: { onClick: () => void; children: string }) {
  return (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={onClick}>
      {children}
    </Button>
  );
}
