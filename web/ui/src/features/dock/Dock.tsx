import { ActionIcon, Button, VisuallyHidden } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconMicrophone, IconMicrophoneOff, IconPhone, IconPhoneX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { callerName } from '@/parts/agent/caller';
import { reasonWords, stateMeaning, stateWords } from '@/parts/agent/state';
import { Elapsed } from '@/ui/Elapsed';
import { Dot } from '@/ui/Meaning';
import { useOrder } from './actions';
import { Dialling } from './Dialling';
import classes from './Dock.module.css';
import { Foot } from './Foot';
import { Idle } from './Idle';
import { callOf, type DockState, ringSince } from './machine';
import { Ringing } from './Ringing';
import { Talking } from './Talking';
import { useAttention } from './useAttention';
import { type BrowserPhone, isAway, useBrowserPhone, useDoubt, useFarewell, useMisfortune } from './useBrowserPhone';
import { useDock } from './useDock';
import { WrapUp } from './WrapUp';

export interface DockActions {
  /** The call whose card is on the screen. */
  shown: string | undefined;
  /** Opens the card of a call. */
  onCard: (call: string) => void;
  /** Leads to where notes are written. */
  onNote: (call: string) => void;
  /** A number that was clicked outside of the page, and is to be called. */
  wanted?: string;
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
  const browser = useBrowserPhone();
  const ringing = state.at === 'ringing' ? state.offer.call.id : '';
  const { give } = useOrder(ringing);
  useAttention(state, browser, ({ answer, call }) => {
    if (call !== ringing) return;
    if (answer === 'answer') browser.softphone?.order({ type: 'answer', call });
    if (answer === 'decline') give('decline');
  });
  useDoubt();
  useFarewell();
  useMisfortune();
  return (
    <section className={classes.dock} aria-label={t('dock.label')} data-at={state.at} data-open={open || undefined}>
      <div className={classes.body} id="dock-body">
        <View state={state} {...actions} onAttend={() => setOpen(true)} />
        <Foot />
      </div>
      {state.at !== 'absent' && <Bar state={state} browser={browser} open={open} onToggle={() => setOpen(!open)} {...actions} />}
      <VisuallyHidden role="alert">{state.at === 'ringing' && t(browser.rings ? 'dock.ringing.announceHere' : 'dock.ringing.announce', { name: callerName(t, state.offer.call, state.card) })}</VisuallyHidden>
    </section>
  );
}

function View({ state, ...actions }: { state: DockState } & Attended) {
  switch (state.at) {
    case 'absent':
      return null;
    case 'idle':
      return <Idle me={state.me} {...actions} />;
    case 'dialling':
      return <Dialling key={state.call.id} {...state} {...actions} />;
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
function Bar({ state, browser, open, onToggle, shown, onCard }: { state: Present; browser: BrowserPhone; open: boolean; onToggle: () => void } & DockActions) {
  const { t } = useTranslation();
  const call = callOf(state);
  const lost = isAway(call, browser);
  const name = call ? callerName(t, call, state.at === 'idle' ? undefined : state.card) : reasonWords(t, state.me);
  return (
    <div className={classes.bar}>
      <button type="button" className={classes.summary} onClick={onToggle} aria-expanded={open} aria-controls="dock-body">
        <Dot meaning={lost ? 'bad' : state.at === 'held' ? 'wait' : stateMeaning[state.me.state]} />
        <span className={classes.barTime}>
          {call?.lost_at ? <Elapsed since={call.lost_at} /> : <BarTime state={state} />}
        </span>
        <span className={classes.barWord}>{barWord()}</span>
        <span className={classes.barName}>{name}</span>
      </button>
      {state.at === 'ringing' && browser.rings && <Answer call={state.offer.call.id} browser={browser} />}
      {state.at === 'ringing' && <Decline call={state.offer.call.id} small={browser.rings} />}
      {(state.at === 'talking' || state.at === 'held') && <Mute call={state.call.id} browser={browser} />}
      {call && shown !== call.id && !(state.at === 'ringing' && browser.rings) && (
        <Button variant="light" onClick={() => onCard(call.id)}>
          {t('dock.card')}
        </Button>
      )}
      <ActionIcon variant="subtle" color="gray" size={36} onClick={onToggle} aria-label={t(open ? 'dock.close' : 'dock.open')}>
        {open ? <IconChevronDown size={18} /> : <IconChevronUp size={18} />}
      </ActionIcon>
    </div>
  );

  function barWord() {
    if (lost) return t('dock.lost.word');
    switch (state.at) {
      case 'held':
        return t('dock.held.word');
      case 'dialling':
        return t('dock.dial.word');
      case 'idle':
        return idleWord();
      default:
        return stateWords(t, barState[state.at]);
    }
  }

  function idleWord() {
    return state.me.device || browser.line.at === 'registered' ? stateWords(t, state.me.state) : t('dock.phone.offShort');
  }
}

const barState = { ringing: 'ringing', talking: 'talking', wrapUp: 'wrap_up' } as const;

function BarTime({ state }: { state: Present }) {
  switch (state.at) {
    case 'idle':
      return <Elapsed since={state.me.since} />;
    case 'ringing':
      return <Elapsed since={ringSince(state.offer)} />;
    case 'dialling':
      return <Elapsed since={state.call.started_at} />;
    case 'talking':
      return <Elapsed since={state.call.answered_at ?? state.me.since} />;
    case 'held':
      return <Elapsed since={state.since} />;
    case 'wrapUp':
      return <Elapsed until={state.until} />;
  }
}

function Answer({ call, browser: { talk, softphone } }: { call: string; browser: BrowserPhone }) {
  const { t } = useTranslation();
  const mine = talk?.call === call ? talk : undefined;
  return (
    <ActionIcon
      size={40}
      className={classes.answer}
      aria-label={t('dock.ringing.answer')}
      disabled={!mine}
      loading={mine?.at === 'answering'}
      onClick={() => softphone?.order({ type: 'answer', call })}
    >
      <IconPhone size={20} />
    </ActionIcon>
  );
}

function Decline({ call, small }: { call: string; small: boolean }) {
  const { t } = useTranslation();
  const { give, pending } = useOrder(call);
  const props = { onClick: () => give('decline'), loading: pending === 'decline' };
  if (!small) {
    return (
      <Button variant="default" {...props}>
        {t('dock.ringing.decline')}
      </Button>
    );
  }
  return (
    <ActionIcon size={40} className={classes.hangup} aria-label={t('dock.ringing.decline')} {...props}>
      <IconPhoneX size={20} />
    </ActionIcon>
  );
}

function Mute({ call, browser: { talk, softphone } }: { call: string; browser: BrowserPhone }) {
  const { t } = useTranslation();
  if (talk?.call !== call || (talk.at !== 'talking' && talk.at !== 'held')) return null;
  const { muted } = talk;
  return (
    <ActionIcon
      size={36}
      variant={muted ? 'filled' : 'default'}
      aria-pressed={muted}
      aria-label={t(muted ? 'dock.talking.unmute' : 'dock.talking.mute')}
      onClick={() => softphone?.order({ type: 'mute', on: !muted })}
    >
      {muted ? <IconMicrophoneOff size={18} /> : <IconMicrophone size={18} />}
    </ActionIcon>
  );
}
