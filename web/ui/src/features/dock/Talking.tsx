import { Button } from '@mantine/core';
import { IconDialpad, IconId, IconNote, IconPhoneOff, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
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

/** Talking is the talk: its time, hold, keys, the way to the card and to the notes. */
export function Talking({ state, shown, onCard, onNote, onAttend }: { state: Extract<DockState, { at: 'talking' | 'held' }> } & Attended) {
  const { t } = useTranslation();
  const { call, card } = state;
  const { give, pending } = useOrder(call.id);
  const [keypad, setKeypad] = useState(false);
  const held = state.at === 'held';
  const flip = () => pending === undefined && give(held ? 'resume' : 'hold');
  const note = () => onNote(call.id);
  const open = shown === call.id ? undefined : () => onCard(call.id);
  const flipKeypad = () => {
    setKeypad(!keypad);
    onAttend();
  };
  useKeys({ h: flip, n: note, k: flipKeypad, o: open, 'mod+Enter': open }, { rank: 'phone' });
  return (
    <>
      {held ? (
        <Head meaning="wait" word={t('dock.held.word')}>
          <Elapsed since={state.since} />
        </Head>
      ) : (
        <Head meaning="ok" word={t('agent.state.talking')}>
          <Elapsed since={call.answered_at ?? state.me.since} />
        </Head>
      )}
      <Client call={call} card={card} />
      <div className={classes.buttons} data-columns="2">
        <Button
          size="sm"
          variant={held ? 'filled' : 'default'}
          leftSection={held ? <IconPlayerPlay size={16} aria-hidden /> : <IconPlayerPause size={16} aria-hidden />}
          rightSection={<KeyHint keys="H" />}
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
      </div>
      <div className={classes.buttons}>
        <Button size="sm" className={classes.hangup} leftSection={<IconPhoneOff size={16} aria-hidden />} onClick={() => give('hangup')} loading={pending === 'hangup'}>
          {t('dock.talking.hangup')}
        </Button>
      </div>
      {keypad && <Keypad call={call.id} />}
    </>
  );
}
