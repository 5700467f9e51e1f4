import { Button } from '@mantine/core';
import { IconId, IconNote, IconPlayerSkipForward, IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Call, Card } from '@/api/schema';
import { duration } from '@/i18n/format';
import { KeyHint } from '@/ui/KeyHint';
import { useKeys } from '@/ui/useKeys';
import { useNow } from '@/ui/useNow';
import { useWrapUp } from './actions';
import { Client, Head } from './Client';
import type { Attended } from './Dock';
import classes from './Dock.module.css';
import { NextStep } from './NextStep';
import { Outcomes, useOutcome } from './Outcomes';

interface Props extends Attended {
  call: Call | undefined;
  card: Card | undefined;
  since: string;
  until: string;
}

/** WrapUp is the time for notes and for the next step, with its countdown. */
export function WrapUp({ call, card, since, until, shown, onCard, onNote, onAttend }: Props) {
  const { t } = useTranslation();
  const { finish, extend } = useWrapUp();
  const bound = call?.wrap_up?.until_outcome ?? false; // it ends when the outcome is said, and not before
  const done = () => !bound && finish.mutate();
  const more = () => extend.mutate(60);
  const note = call && (() => onNote(call.id));
  const open = call && shown !== call.id ? () => onCard(call.id) : undefined;
  useKeys({ f: done, m: more, n: note, o: open, 'mod+Enter': open }, { rank: 'phone' });
  return (
    <>
      <Head meaning="info" word={t('agent.state.wrap_up')}>
        <Countdown since={since} until={until} />
      </Head>
      {call && <Client call={call} card={card} />}
      <div className={classes.buttons} data-columns="2">
        <Button size="sm" leftSection={<IconPlayerSkipForward size={16} aria-hidden />} rightSection={<KeyHint keys="F" />} onClick={done} loading={finish.isPending} disabled={bound}>
          {t('dock.wrapUp.done')}
        </Button>
        <Button size="sm" variant="default" leftSection={<IconPlus size={16} aria-hidden />} rightSection={<KeyHint keys="M" />} onClick={more}>
          {t('dock.wrapUp.minute')}
        </Button>
        {call && (
          <>
            <Button size="sm" variant="default" leftSection={<IconNote size={16} aria-hidden />} rightSection={<KeyHint keys="N" />} onClick={note}>
              {t('dock.note')}
            </Button>
            <Button size="sm" variant="default" disabled={shown === call.id} leftSection={<IconId size={16} aria-hidden />} rightSection={<KeyHint keys="O" />} onClick={open}>
              {t('dock.cardShort')}
            </Button>
          </>
        )}
      </div>
      {call && <After key={call.id} call={call} card={card} onAttend={onAttend} />}
    </>
  );
}

/** After is what came of the call and what comes next; an outcome that wants a task is said again with it. */
function After({ call, card, onAttend }: { call: Call; card: Card | undefined; onAttend: () => void }) {
  const outcome = useOutcome(call.id);
  const { lacking, choose } = outcome;
  return (
    <>
      <Outcomes call={call} {...outcome} />
      <NextStep call={call} card={card} onAttend={onAttend} onMade={() => lacking?.requires === 'task' && choose(lacking)} />
    </>
  );
}

const radius = 9;
const around = 2 * Math.PI * radius;

/** Countdown is a ring that empties, and the figures beside it. */
function Countdown({ since, until }: { since: string; until: string }) {
  const now = useNow();
  const left = Math.max(0, Date.parse(until) - now);
  const share = Math.min(1, left / Math.max(1, Date.parse(until) - Date.parse(since)));
  return (
    <>
      <svg width={22} height={22} viewBox="0 0 22 22" aria-hidden className={classes.ring}>
        <circle cx={11} cy={11} r={radius} className={classes.ringGround} />
        <circle cx={11} cy={11} r={radius} className={classes.ringLeft} strokeDasharray={`${around * share} ${around}`} transform="rotate(-90 11 11)" />
      </svg>
      <span className="tabular" role="timer">
        {duration(left)}
      </span>
    </>
  );
}
