import { Button } from '@mantine/core';
import { IconDialpad, IconId, IconMicrophone, IconMicrophoneOff, IconNote, IconPhoneOff, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Elapsed } from '@/ui/Elapsed';
import { KeyHint } from '@/ui/KeyHint';
import { useKeys } from '@/ui/useKeys';
import { useOrder } from './actions';
import { Client, Head } from './Client';
import type { Attended } from './Dock';
import classes from './Dock.module.css';
import { Keypad } from './Keypad';
import type { DockState } from './machine';
import { TalkLine } from './TalkLine';
import { isAway, useBrowserPhone } from './useBrowserPhone';

/** Talking is the talk: its time, hold, keys, the way to the card and to the notes. */
export function Talking({ state, shown, onCard, onNote, onAttend }: { state: Extract<DockState, { at: 'talking' | 'held' }> } & Attended) {
  const { t } = useTranslation();
  const { call, card } = state;
  const { give, pending } = useOrder(call.id);
  const browser = useBrowserPhone();
  const { talk, softphone, takesPart } = browser;
  const away = isAway(call, browser);
  const [keypad, setKeypad] = useState(false);
  const held = state.at === 'held';
  const flip = () => pending === undefined && !away && give(held ? 'resume' : 'hold');
  const note = () => onNote(call.id);
  const open = shown === call.id ? undefined : () => onCard(call.id);
  const flipKeypad = () => {
    setKeypad(!keypad);
    onAttend();
  };
  const mine = talk?.call === call.id && (talk.at === 'talking' || talk.at === 'held') ? talk : undefined;
  const muted = mine?.muted ?? false;
  const mute = mine && (() => softphone?.order({ type: 'mute', on: !muted }));
  useKeys({ m: mute, h: flip, n: note, k: flipKeypad, o: open, 'mod+Enter': open }, { rank: 'phone' });
  return (
    <>
      {away ? (
        <Head meaning="bad" word={t('dock.lost.word')}>
          {call.lost_at && <Elapsed since={call.lost_at} />}
        </Head>
      ) : held ? (
        <Head meaning="wait" word={t('dock.held.word')}>
          <Elapsed since={state.since} />
        </Head>
      ) : (
        <Head meaning="ok" word={t('agent.state.talking')}>
          <Elapsed since={call.answered_at ?? state.me.since} />
        </Head>
      )}
      <Client call={call} card={card} />
      {(takesPart || call.lost_at) && <TalkLine call={call} browser={browser} />}
      <div className={classes.buttons} data-columns="2">
        {takesPart && (
          <Button
            size="sm"
            variant={muted ? 'filled' : 'default'}
            aria-pressed={muted}
            disabled={!mine}
            leftSection={muted ? <IconMicrophoneOff size={16} aria-hidden /> : <IconMicrophone size={16} aria-hidden />}
            rightSection={<KeyHint keys="M" />}
            onClick={mute}
          >
            {t(muted ? 'dock.talking.unmute' : 'dock.talking.mute')}
          </Button>
        )}
        <Button
          size="sm"
          variant={held ? 'filled' : 'default'}
          leftSection={held ? <IconPlayerPlay size={16} aria-hidden /> : <IconPlayerPause size={16} aria-hidden />}
          rightSection={<KeyHint keys="H" />}
          disabled={away}
          onClick={flip}
        >
          {t(held ? 'dock.held.resume' : 'dock.talking.hold')}
        </Button>
        <Button
          size="sm"
          variant={keypad ? 'light' : 'default'}
          aria-expanded={keypad}
          leftSection={<IconDialpad size={16} aria-hidden />}
          rightSection={<KeyHint keys="K" />}
          onClick={flipKeypad}
        >
          {t('dock.talking.keypad')}
        </Button>
        <Button size="sm" variant="default" leftSection={<IconNote size={16} aria-hidden />} rightSection={<KeyHint keys="N" />} onClick={note}>
          {t('dock.note')}
        </Button>
        <Button size="sm" variant="default" disabled={shown === call.id} leftSection={<IconId size={16} aria-hidden />} rightSection={<KeyHint keys="O" />} onClick={open}>
          {t('dock.cardShort')}
        </Button>
        <Button
          size="sm"
          className={`${classes.hangup} ${classes.last}`}
          leftSection={<IconPhoneOff size={16} aria-hidden />}
          onClick={() => give('hangup')}
          loading={pending === 'hangup'}
        >
          {t('dock.talking.hangup')}
        </Button>
      </div>
      {keypad && <Keypad call={call.id} press={mine && !held ? (digit) => softphone?.order({ type: 'digit', digit }) : undefined} />}
    </>
  );
}
