import { Button, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

/**
 * useLeaving stops whoever leaves while `dirty` says that something would be lost: by
 * the panel's cross, by Back, by closing the page.
 */
export function useLeaving(dirty: () => boolean) {
  const blocker = useBlocker({ shouldBlockFn: dirty, enableBeforeUnload: dirty, withResolver: true });
  return blocker.status === 'blocked' ? { stay: blocker.reset, go: blocker.proceed } : undefined;
}

/** LeaveQuestion stands in place of the form's buttons. */
export function LeaveQuestion({ stay, go }: { stay: () => void; go: () => void }) {
  const { t } = useTranslation();
  return (
    <>
      <Text size="sm" fw={500} role="alert" flex="1 1 100%">
        {t('settings.leave.question')}
      </Text>
      <Button autoFocus onClick={stay}>
        {t('settings.leave.stay')}
      </Button>
      <Button variant="default" onClick={go}>
        {t('settings.leave.go')}
      </Button>
    </>
  );
}
