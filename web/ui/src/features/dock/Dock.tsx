import { ActionIcon, Button, VisuallyHidden } from '@mantine/core';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { callerName } from '@/parts/agent/caller';
import { reasonWords, stateMeaning, stateWords } from '@/parts/agent/state';
import { Elapsed } from '@/ui/Elapsed';
import { Dot } from '@/ui/Meaning';
import { useOrder } from './actions';
import classes from './Dock.module.css';
import { Foot } from './Foot';
import { Idle } from './Idle';
import { callOf, type DockState, ringSince } from './machine';
import { Ringing } from './Ringing';
import { Talking } from './Talking';
import { useAttention } from './useAttention';
import { useDock } from './useDock';
import { WrapUp } from './WrapUp';

export interface DockActions {
  /** The call whose card is on the screen. */
  shown: string | undefined;
  /** Opens the card of a call. */
  onCard: (call: string) => void;
  /** Leads to where notes are written. */
  onNote: (call: string) => void;
}

export interface Attended extends DockActions {
  /** Something is to be seen in the dock: it opens where it is only a bar. */
  onAttend: () => void;
}

/** Dock is the agent's phone, always in the same place: at the right, or a bar at the bottom that opens. */
export function Dock(actions: DockActions) {
  const { t } = useTranslation();
  const state = useDock();
  const [open, setOpen] = useState(false);
  useAttention(state);
  return (
    <section className={classes.dock} aria-label={t('dock.label')} data-at={state.at} data-open={open || undefined}>
      <div className={classes.body} id="dock-body">
        <View state={state} {...actions} onAttend={() => setOpen(true)} />
        <Foot />
      </div>
      {state.at !== 'absent' && <Bar state={state} open={open} onToggle={() => setOpen(!open)} {...actions} />}
      <VisuallyHidden role="alert">{state.at === 'ringing' && t('dock.ringing.announce', { name: callerName(t, state.offer.call, state.card) })}</VisuallyHidden>
    </section>
  );
}

function View({ state, ...actions }: { state: DockState } & Attended) {
  switch (state.at) {
    case 'absent':
      return null;
    case 'idle':
      return <Idle me={state.me} />;
    case 'ringing':
      return <Ringing key={state.offer.leg} {...state} {...actions} />;
    case 'talking':
    case 'held':
      return <Talking key={state.call.id} state={state} {...actions} />;
    case 'wrapUp':
      return <WrapUp key={state.since} {...state} {...actions} />;
  }
}

type Present = Exclude<DockState, { at: 'absent' }>;

/** Bar is the dock in one line, below 1200 px. */
function Bar({ state, open, onToggle, shown, onCard }: { state: Present; open: boolean; onToggle: () => void } & DockActions) {
  const { t } = useTranslation();
  const call = callOf(state);
  const name = call ? callerName(t, call, state.at === 'idle' ? undefined : state.card) : reasonWords(t, state.me);
  return (
    <div className={classes.bar}>
      <button type="button" className={classes.summary} onClick={onToggle} aria-expanded={open} aria-controls="dock-body">
        <Dot meaning={state.at === 'held' ? 'wait' : stateMeaning[state.me.state]} />
        <span className={classes.barTime}>
          <BarTime state={state} />
        </span>
        <span className={classes.barWord}>{state.at === 'held' ? t('dock.held.word') : state.at === 'idle' ? idleWord() : stateWords(t, barState[state.at])}</span>
        <span className={classes.barName}>{name}</span>
      </button>
      {state.at === 'ringing' && <Decline call={state.offer.call.id} />}
      {call && shown !== call.id && (
        <Button variant="light" onClick={() => onCard(call.id)}>
          {t('dock.card')}
        </Button>
      )}
      <ActionIcon variant="subtle" color="gray" size={36} onClick={onToggle} aria-label={t(open ? 'dock.close' : 'dock.open')}>
        {open ? <IconChevronDown size={18} /> : <IconChevronUp size={18} />}
      </ActionIcon>
    </div>
  );

  function idleWord() {
    return state.me.device ? stateWords(t, state.me.state) : t('dock.phone.offShort');
  }
}

const barState = { ringing: 'ringing', talking: 'talking', wrapUp: 'wrap_up' } as const;

function BarTime({ state }: { state: Present }) {
  switch (state.at) {
    case 'idle':
      return <Elapsed since={state.me.since} />;
    case 'ringing':
      return <Elapsed since={ringSince(state.offer)} />;
    case 'talking':
      return <Elapsed since={state.call.answered_at ?? state.me.since} />;
    case 'held':
      return <Elapsed since={state.since} />;
    case 'wrapUp':
      return <Elapsed until={state.until} />;
  }
}

function Decline({ call }: { call: string }) {
  const { t } = useTranslation();
  const { give, pending } = useOrder(call);
  return (
    <Button variant="default" onClick={() => give('decline')} loading={pending === 'decline'}>
      {t('dock.ringing.decline')}
    </Button>
  );
}
