import { useQuery } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { callQuery } from '@/api/queries';
import { can, useSession } from '@/api/session';
import { CallRecording } from '@/parts/player/CallRecording';
import type { PlayerHandle } from '@/parts/player/Player';
import { Broken } from '@/ui/Broken';
import { Loading } from '@/ui/Loading';
import { Panel } from '@/ui/Panel';
import classes from './CallPage.module.css';
import { CallHead } from './CallHead';
import { Facts } from './Facts';
import { Ladder } from './Ladder';
import { Notes } from './Notes';
import { Quality } from './Quality';
import { Story } from './Story';
import { holds, secondsIn, storyOf } from './story';
import { WhoseCall } from './WhoseCall';

interface Props {
  id: string;
  /** A moment of the recording that a link leads to, in seconds. */
  at?: number;
}

/** CallPage tells what happened in a call, while it goes on and afterwards. */
export function CallPage({ id, at }: Props) {
  const { t } = useTranslation();
  const session = useSession();
  const { data: call, error, refetch } = useQuery(callQuery(id));
  const player = useRef<PlayerHandle>(null);
  const [second, setSecond] = useState<number>();
  const lines = useMemo(() => (call ? storyOf(call) : []), [call]);
  const shades = useMemo(() => {
    if (!call) return [];
    return holds(call).flatMap(({ at, ms }) => {
      const from = secondsIn(call, at);
      return from === undefined || ms === undefined ? [] : [{ from, to: from + ms / 1000, label: t('calls.story.onHold') }];
    });
  }, [call, t]);

  if (!call) return error ? <Broken error={error} reset={() => void refetch()} /> : <Loading />;
  return (
    <div className={classes.page}>
      <CallHead call={call} />
      <div className={classes.columns}>
        <div className={classes.main}>
          <Panel>
            <CallRecording
              ref={player}
              call={call}
              at={at}
              shades={shades}
              onSecond={(s) => setSecond((was) => (was === undefined && s === 0 ? undefined : s))}
            />
          </Panel>
          <Panel title={t('calls.story.title')} flush>
            <Story call={call} lines={lines} second={second} onSeek={(s) => player.current?.seek(s)} />
          </Panel>
          {can(session, 'office', 'manage') && <Ladder call={call} />}
        </div>
        <div className={classes.side}>
          <WhoseCall call={call} />
          <Notes call={call} />
          <Facts call={call} />
          {call.quality && call.quality.length > 0 && <Quality quality={call.quality} />}
        </div>
      </div>
    </div>
  );
}
