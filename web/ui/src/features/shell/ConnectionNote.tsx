import { Button, Group, Transition } from '@mantine/core';
import { IconCheck, IconCloudOff } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLiveStatus } from '@/live/store';
import type { Status } from '@/live/socket';
import classes from './ConnectionNote.module.css';

const patience = 1_500; // a break that is mended sooner is nobody's business
const relief = 3_000; // how long "connected again" stays

/**
 * ConnectionNote says in words that the connection is lost, and that it is back. It
 * lies over the screen, so that nothing moves.
 */
export function ConnectionNote() {
  const { t } = useTranslation();
  const shown = useShown(useLiveStatus());
  const mended = shown === 'mended';
  return (
    <div className={classes.place} role="status" aria-live="polite">
      <Transition mounted={shown !== undefined} transition="slide-down" duration={150}>
        {(style) => (
          <Group className={classes.note} style={style} data-mended={mended || undefined} gap="xs" wrap="nowrap">
            {mended ? <IconCheck size={16} aria-hidden /> : <IconCloudOff size={16} aria-hidden />}
            <span>{t(`shell.connection.${shown ?? 'mended'}`)}</span>
            {shown === 'refused' && (
              <Button variant="white" onClick={() => location.reload()}>
                {t('shell.connection.reload')}
              </Button>
            )}
          </Group>
        )}
      </Transition>
    </div>
  );
}

function useShown(status: Status): 'lost' | 'mended' | 'refused' | undefined {
  const [shown, setShown] = useState<'lost' | 'mended' | 'refused'>();
  useEffect(() => {
    if (status === 'refused') {
      setShown('refused');
      return undefined;
    }
    if (status === 'lost') {
      const timer = setTimeout(() => setShown('lost'), patience);
      return () => clearTimeout(timer);
    }
    if (status === 'live') {
      setShown((s) => (s === undefined ? s : 'mended'));
      const timer = setTimeout(() => setShown(undefined), relief);
      return () => clearTimeout(timer);
    }
    return undefined;
  }, [status]);
  return shown;
}
