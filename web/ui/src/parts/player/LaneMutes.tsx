import { IconHeadset, IconUser, IconVolumeOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './LaneMutes.module.css';
import { speakers } from './mixer';
import type { Playback } from './usePlayback';

/** LaneMutes names the two lanes; a click silences the speaker. */
export function LaneMutes({ playback }: { playback: Playback }) {
  const { t } = useTranslation();
  return (
    <div className={classes.lanes}>
      {speakers.map((speaker) => {
        const muted = playback.muted[speaker];
        const Mark = muted ? IconVolumeOff : speaker === 'client' ? IconUser : IconHeadset;
        const name = t(`player.speaker.${speaker}`);
        return (
          <button
            key={speaker}
            type="button"
            className={classes.lane}
            aria-pressed={muted}
            aria-label={t('player.mute', { name })}
            title={muted ? t('player.hear', { name }) : t('player.mute', { name })}
            onClick={() => playback.mute(speaker)}
          >
            <Mark size={16} aria-hidden />
            <span className={classes.name}>{name}</span>
          </button>
        );
      })}
    </div>
  );
}
