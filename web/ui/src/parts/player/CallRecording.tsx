import type { ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import type { Call } from '@/api/schema';
import { can, useSession } from '@/api/session';
import { type Absent, NoRecording } from './NoRecording';
import { Player } from './Player';
import classes from './Player.module.css';

type Props = { call: Pick<Call, 'id' | 'state' | 'recording' | 'answered_at'> } & Omit<ComponentProps<typeof Player>, 'callId' | 'durationMs'>;

/** CallRecording is the player of a call, or the reason why there is none. */
export function CallRecording({ call, ...rest }: Props) {
  const { t } = useTranslation();
  const session = useSession();
  const absent = absence(call, can(session, 'recordings', 'listen'));
  if (absent) return <NoRecording state={absent} compact={rest.compact} />;
  const { duration_ms, truncated } = call.recording!;
  return (
    <>
      <Player callId={call.id} durationMs={duration_ms} {...rest} />
      {truncated && !rest.compact && (
        <p className={classes.truncated}>{t(`player.truncated.${truncated}`, { defaultValue: t('player.truncated.io_error') })}</p>
      )}
    </>
  );
}

/** absence says why a call cannot be played; undefined when it can. */
export function absence(call: Pick<Call, 'state' | 'recording' | 'answered_at'>, mayListen: boolean): Absent | undefined {
  if (!call.recording) return 'none';
  if (!call.recording.ready) return call.state === 'ended' ? 'saving' : 'going';
  return mayListen ? undefined : 'forbidden';
}
