import {
  type Icon,
  IconAddressBook,
  IconArrowsShuffle,
  IconHourglass,
  IconNotes,
  IconPhoneCheck,
  IconPhoneIncoming,
  IconPhoneOff,
  IconPhoneOutgoing,
  IconPhonePause,
  IconPhoneRinging,
  IconPlugConnectedX,
  IconRoute,
  IconUserShare,
} from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallDetail } from '@/api/schema';
import { duration, useFormat } from '@/i18n/format';
import { LineWords } from './LineWords';
import classes from './Story.module.css';
import { current, type Line, secondsIn } from './story';

const icons: Record<Line['kind'], Icon> = {
  arrived: IconPhoneIncoming,
  identified: IconAddressBook,
  queued: IconHourglass,
  routed: IconRoute,
  dialled: IconPhoneOutgoing,
  assigned: IconUserShare,
  moved: IconArrowsShuffle,
  rang: IconPhoneRinging,
  answered: IconPhoneCheck,
  away: IconPlugConnectedX,
  requeued: IconHourglass,
  held: IconPhonePause,
  ended: IconPhoneOff,
  wrap_up: IconNotes,
};

interface Props {
  call: CallDetail;
  lines: Line[];
  /** Where the recording is, in seconds; missing while nobody listens. */
  second?: number;
  /** Goes to a moment of the recording. */
  onSeek: (seconds: number) => void;
}

/** Story is the call from its arrival to its wrap-up; times that lie in the recording lead there. */
export function Story({ call, lines, second, onSeek }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const now = second === undefined ? -1 : current(call, lines, second);
  const list = useRef<HTMLOListElement>(null);
  const left = useRef<Element>(null);
  useEffect(() => {
    const line = list.current?.querySelector('[aria-current]') ?? null;
    // Who has scrolled away from the story reads something else.
    if (left.current && inSight(left.current)) line?.scrollIntoView({ block: 'nearest' });
    left.current = line;
  }, [now]);
  return (
    <ol className={classes.story} ref={list}>
      {lines.map((line, n) => {
        const Mark = icons[line.kind];
        const seconds = secondsIn(call, line.at);
        const time = f.clock(line.at);
        return (
          <li key={`${line.kind} ${line.at} ${n}`} className={classes.line} aria-current={n === now ? 'step' : undefined}>
            {seconds === undefined ? (
              <time className={classes.time} dateTime={line.at}>
                {time}
              </time>
            ) : (
              <button
                type="button"
                className={`${classes.time} ${classes.seek}`}
                onClick={() => onSeek(seconds)}
                aria-label={t('calls.story.seek', { time, at: duration(seconds * 1000) })}
                title={t('calls.story.seek', { time, at: duration(seconds * 1000) })}
              >
                {time}
              </button>
            )}
            <span className={classes.mark} data-kind={line.kind}>
              <Mark size={16} aria-hidden />
            </span>
            <div className={classes.words}>
              <LineWords call={call} line={line} />
            </div>
          </li>
        );
      })}
    </ol>
  );
}

function inSight(line: Element): boolean {
  const { top, bottom } = line.getBoundingClientRect();
  return bottom > 0 && top < window.innerHeight;
}
