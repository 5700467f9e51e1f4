import { ActionIcon, Loader, Skeleton } from '@mantine/core';
import { IconPlayerPauseFilled, IconPlayerPlayFilled } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type Ref, useEffect, useImperativeHandle, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { isGone } from '@/api/problem';
import { duration } from '@/i18n/format';
import { Controls } from './Controls';
import { LaneMutes } from './LaneMutes';
import { peaksQuery, silencesOf } from './peaks';
import classes from './Player.module.css';
import { SpeedMenu } from './SpeedMenu';
import { useSpace } from './useSpace';
import { usePlayback } from './usePlayback';
import { Waveform } from './Waveform';
import { NoRecording } from './NoRecording';

export interface PlayerHandle {
  /** Goes to a moment, in seconds; goes on playing if it plays. */
  seek: (seconds: number) => void;
}

interface Props {
  callId: string;
  durationMs: number;
  /** One line, for a list or a timeline. */
  compact?: boolean;
  /** Where to begin, in seconds: ?t= of a link to a moment. */
  at?: number;
  /** Plays as soon as it stands there: the click that opened it asked for it. */
  autoPlay?: boolean;
  /** Hears at every whole second where the sound is. */
  onSecond?: (second: number) => void;
  shades?: { from: number; to: number; label: string }[];
  ref?: Ref<PlayerHandle>;
}

const noSilences: never[] = [];

/** Player plays the recording of a call; its height never changes, whatever it has to say. */
export function Player({ callId, durationMs, compact = false, at, autoPlay = false, onSecond, shades, ref }: Props) {
  const { t } = useTranslation();
  const root = useRef<HTMLDivElement>(null);
  const { data: peaks, error, isPending } = useQuery(peaksQuery(callId));
  const length = (peaks?.duration_ms || durationMs) / 1000;
  const silences = useMemo(() => (peaks ? silencesOf(peaks) : noSilences), [peaks]);
  const playback = usePlayback(length, silences);
  const { seek, play, playing, second } = playback;

  useImperativeHandle(ref, () => ({ seek }), [seek]);
  useEffect(() => {
    if (at !== undefined) seek(at);
    // Only where it begins: the length may become exact later.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [at]);
  useEffect(() => {
    if (autoPlay) play();
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  useEffect(() => onSecond?.(second), [onSecond, second]);
  useSpace(root, playback.toggle, !compact);

  if (isGone(error)) return <NoRecording state="gone" compact={compact} />;
  const wave = isPending ? (
    <Skeleton height={compact ? 32 : 96} className={classes.skeleton} aria-label={t('player.loading')} role="status" />
  ) : (
    <Waveform playback={playback} length={length} channels={peaks?.channels} height={compact ? 32 : 96} shades={shades} />
  );
  const toggle = (
    <ActionIcon
      size={compact ? 28 : 36}
      radius="50%"
      variant={compact ? 'default' : 'filled'}
      onClick={playback.toggle}
      aria-label={playing ? t('player.pause') : t('player.play')}
    >
      {playback.waiting ? <Loader size={14} color="currentColor" /> : playing ? <IconPlayerPauseFilled size={16} /> : <IconPlayerPlayFilled size={16} />}
    </ActionIcon>
  );
  const time = (
    <span className={classes.time}>
      {duration(second * 1000)}
      <span className={classes.length}> / {duration(length * 1000)}</span>
    </span>
  );
  const sound = <audio ref={playback.audioRef} src={`/api/v1/calls/${callId}/recording`} preload="none" />;
  const trouble = playback.failed && (
    <span role="alert" className={classes.trouble}>
      {t('player.failed')}
    </span>
  );

  if (compact) {
    return (
      <div ref={root} className={classes.compact} role="group" aria-label={t('player.label')}>
        {sound}
        {toggle}
        {trouble || wave}
        {time}
        <SpeedMenu playback={playback} />
      </div>
    );
  }
  return (
    <div ref={root} className={classes.full} role="group" aria-label={t('player.label')}>
      {sound}
      <div className={classes.waves}>
        <LaneMutes playback={playback} />
        {wave}
      </div>
      <div className={classes.controls}>
        {toggle}
        {time}
        {trouble}
        <Controls playback={playback} callId={callId} silences={silences} />
      </div>
    </div>
  );
}
