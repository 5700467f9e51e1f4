import { IconMicrophoneOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './Player.module.css';

/** Why there is nothing to play. */
export type Absent = 'none' | 'going' | 'saving' | 'gone' | 'forbidden';

/** NoRecording keeps the player's place and says why it is empty. */
export function NoRecording({ state, compact = false }: { state: Absent; compact?: boolean }) {
  const { t } = useTranslation();
  return (
    <div className={compact ? classes.absentCompact : classes.absent} role="note">
      <IconMicrophoneOff size={16} aria-hidden />
      {t(`player.absent.${state}`)}
    </div>
  );
}
