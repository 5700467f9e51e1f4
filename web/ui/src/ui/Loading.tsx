import { Skeleton, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** Loading keeps the place of a screen that is being loaded. */
export function Loading() {
  const { t } = useTranslation();
  return (
    <Stack gap="md" p="lg" role="status" aria-label={t('ui.loading')}>
      <Skeleton h={28} w={220} />
      <Skeleton h={120} />
      <Skeleton h={240} />
    </Stack>
  );
}
