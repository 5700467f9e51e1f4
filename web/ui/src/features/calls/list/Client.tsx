import { IconUserPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Call } from '@/api/schema';
import { DirectionMark } from '@/parts/call/OutcomeMark';
import { useWho } from '@/parts/call/who';
import classes from './row.module.css';

/** Client is the other side of a call: its direction, its name or number, and whether the call made the card. */
export function Client({ call }: { call: Call }) {
  const { t } = useTranslation();
  const who = useWho();
  return (
    <span className={classes.client}>
      <DirectionMark direction={call.direction} />
      <span className={classes.name} title={who(call)}>
        {who(call)}
      </span>
      {call.card_created && (
        <span className={classes.new} title={t('calls.newCard')}>
          <IconUserPlus size={15} role="img" aria-label={t('calls.newCard')} />
        </span>
      )}
    </span>
  );
}
