import { Button } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { isGone } from '@/api/problem';
import { EmptyState } from './EmptyState';
import { errorWords } from './errorWords';
import { NotHere } from './NotHere';

/** Broken stands in place of a screen that could not be shown. */
export function Broken({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation();
  if (isGone(error)) return <NotHere />;
  return (
    <div role="alert">
      <EmptyState
        icon={<IconPlugConnectedX size={32} stroke={1.5} />}
        title={t('ui.error.title')}
        hint={errorWords(t, error)}
        action={<Button onClick={reset}>{t('ui.retry')}</Button>}
      />
    </div>
  );
}
