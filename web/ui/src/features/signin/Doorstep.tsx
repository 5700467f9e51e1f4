import { Box, Group, Paper, Select, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { setLanguage } from '@/i18n';
import { type Language, languageNames, languages } from '@/i18n/language';

/** Doorstep is the page of those who are not in yet. */
export function Doorstep({ title, children, below }: { title: string; children: ReactNode; below?: ReactNode }) {
  const { t, i18n } = useTranslation();
  return (
    <Box component="main" mih="100dvh" display="grid" style={{ placeContent: 'center', gridTemplateColumns: 'minmax(0, 380px)' }} p="md">
      <Group justify="space-between" mb="lg" wrap="nowrap">
        <Group gap="sm">
          <img src="/icon.svg" alt="" width={32} height={32} />
          <Text fw={600} size="lg">
            Callcard
          </Text>
        </Group>
        <Select
          w={130}
          aria-label={t('signin.language')}
          value={i18n.language}
          onChange={(l) => l && void setLanguage(l as Language)}
          data={languages.map((l) => ({ value: l, label: languageNames[l] }))}
          allowDeselect={false}
        />
      </Group>
      <Paper p="lg" withBorder bg="var(--c-panel)">
        <Title order={1} mb="md">
          {title}
        </Title>
        {children}
      </Paper>
      {below}
    </Box>
  );
}
