import { Button } from '@mantine/core';
import { IconId, IconPhoneOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Call, Card } from '@/api/schema';
import { Elapsed } from '@/ui/Elapsed';
import { KeyHint } from '@/ui/KeyHint';
import { useKeys } from '@/ui/useKeys';
import { useOrder } from './actions';
import { Client, Head } from './Client';
import type { DockActions } from './Dock';
import classes from './Dock.module.css';
import { TalkLine } from './TalkLine';
import { useBrowserPhone } from './useBrowserPhone';

/** Dialling is a call that he places, until the other side answers: first his own telephone rings, then the other's. */
export function Dialling({ call, card, shown, onCard }: { call: Call; card: Card | undefined } & DockActions) {
  const { t } = useTranslation();
  const { give, pending } = useOrder(call.id);
  const browser = useBrowserPhone();
  const open = shown === call.id || !card ? undefined : () => onCard(call.id);
  useKeys({ o: open, 'mod+Enter': open }, { rank: 'phone' });
  return (
    <>
      <Head meaning="wait" word={t('dock.dial.word')}>
        <Elapsed since={call.started_at} />
      </Head>
      <Client call={call} card={card} />
      {browser.takesPart && <TalkLine call={call} browser={browser} />}
      <p className={classes.told} role="status">
        {t(call.state === 'ringing' ? 'dock.dial.theirs' : browser.rings ? 'dock.dial.here' : 'dock.dial.pickUp')}
      </p>
      <div className={classes.buttons} data-columns="2">
        <Button
          size="sm"
          className={classes.hangup}
          leftSection={<IconPhoneOff size={16} aria-hidden />}
          onClick={() => give('hangup')}
          loading={pending === 'hangup'}
        >
          {t('dock.talking.hangup')}
        </Button>
        <Button size="sm" variant="default" disabled={!open} leftSection={<IconId size={16} aria-hidden />} rightSection={<KeyHint keys="O" />} onClick={open}>
          {t('dock.cardShort')}
        </Button>
      </div>
    </>
  );
}
