import {
  type Icon,
  IconArrowDownLeft,
  IconArrowsLeftRight,
  IconArrowUpRight,
  IconBolt,
  IconHourglass,
  IconPhone,
  IconPhoneCheck,
  IconPhoneOff,
  IconPhonePause,
  IconPhoneRinging,
  IconPhoneX,
  IconVolumeOff,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Call } from '@/api/schema';
import classes from './OutcomeMark.module.css';
import { type Outcome, outcomeMeaning, outcomeOf } from './outcome';

const directions: Record<Call['direction'], Icon> = { inbound: IconArrowDownLeft, outbound: IconArrowUpRight, internal: IconArrowsLeftRight };

const outcomes: Record<Outcome, Icon> = {
  arrived: IconPhone,
  queued: IconHourglass,
  ringing: IconPhoneRinging,
  talking: IconPhone,
  held: IconPhonePause,
  answered: IconPhoneCheck,
  abandoned: IconPhoneOff,
  unanswered: IconPhoneX,
  not_reached: IconPhoneX,
  rejected: IconPhoneOff,
  media_lost: IconVolumeOff,
  failed: IconBolt,
  interrupted: IconBolt,
};

type Told = Pick<Call, 'state' | 'end_reason' | 'direction' | 'answered_at'>;

/** DirectionMark is the arrow of a call's direction, with its word for those who hear the page. */
export function DirectionMark({ direction, size = 16 }: { direction: Call['direction']; size?: number }) {
  const { t } = useTranslation();
  const Arrow = directions[direction];
  return <Arrow size={size} role="img" aria-label={t(`call.direction.${direction}`)} className={classes.direction} />;
}

/** OutcomeMark says in a word, an icon and a colour how a call went or what it is doing. */
export function OutcomeMark({ call, size = 16 }: { call: Told; size?: number }) {
  const { t } = useTranslation();
  const outcome = outcomeOf(call);
  const Mark = outcomes[outcome];
  return (
    <span className={classes.outcome} data-meaning={outcomeMeaning[outcome]}>
      <Mark size={size} aria-hidden />
      <span className={classes.word}>{t(`call.outcome.${outcome}`)}</span>
    </span>
  );
}
