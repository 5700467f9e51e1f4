import { Button, Text } from '@mantine/core';
import { IconId, IconMicrophoneOff, IconPhone, IconPhoneCall, IconPhoneX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/api/session';
import type { Card, Offer } from '@/api/schema';
import { duration, useFormat } from '@/i18n/format';
import { whyMe } from '@/parts/agent/whyMe';
import { Elapsed } from '@/ui/Elapsed';
import { KeyHint } from '@/ui/KeyHint';
import { useKeys } from '@/ui/useKeys';
import { useOrder } from './actions';
import { Client, Fact, Head } from './Client';
import type { DockActions } from './Dock';
import classes from './Dock.module.css';
import { ringSince } from './machine';
import { useBrowserPhone } from './useBrowserPhone';

/** Ringing says who calls and why him. It is answered here, or by picking up the phone on the desk. */
export function Ringing({ offer, card, shown, onCard }: { offer: Offer; card: Card } & DockActions) {
  const { t } = useTranslation();
  const format = useFormat();
  const { user } = useSession();
  const { call } = offer;
  const { give, pending } = useOrder(call.id);
  const client = clientWords();
  const isShown = shown === call.id;
  const open = isShown ? undefined : () => onCard(call.id);
  const { softphone, talk, rings } = useBrowserPhone();
  const mine = talk?.call === call.id ? talk : undefined;
  const trouble = mine?.at === 'ringing' ? mine.trouble : undefined;
  const answer = mine?.at === 'ringing' ? () => softphone?.order({ type: 'answer', call: call.id }) : undefined;
  // The server tells all telephones of the agent; where it can't be asked the line does.
  const reject = () => give('decline', { onError: () => softphone?.order({ type: 'reject', call: call.id }) });
  useKeys({ Enter: answer, o: open, 'mod+Enter': open }, { rank: 'phone' });
  return (
    <>
      <Head meaning="wait" word={t('agent.state.ringing')}>
        <Elapsed since={ringSince(offer)} />
      </Head>
      <Client call={call} card={card} />
      <dl className={classes.facts}>
        <Fact name={t('dock.ringing.why')}>{whyMe(t, format, card, user.login)}</Fact>
        <Fact name={t('dock.ringing.source')}>{card.source || t('dock.ringing.noSource')}</Fact>
        <Fact name={t('dock.ringing.waited')}>{duration(card.wait_ms)}</Fact>
        {client && <Fact name={t('dock.ringing.client')}>{client}</Fact>}
      </dl>
      {rings ? (
        <div className={classes.buttons} data-columns="answer">
          <Button
            size="sm"
            h={40}
            className={classes.answer}
            leftSection={<IconPhone size={18} aria-hidden />}
            rightSection={<KeyHint keys="⏎" />}
            onClick={answer}
            disabled={!mine}
            loading={mine?.at === 'answering'}
          >
            {t('dock.ringing.answer')}
          </Button>
          <Button size="sm" h={40} className={classes.hangup} leftSection={<IconPhoneX size={18} aria-hidden />} onClick={reject} loading={pending === 'decline'}>
            {t('dock.ringing.decline')}
          </Button>
        </div>
      ) : (
        <p className={classes.hint}>
          <IconPhoneCall size={18} aria-hidden />
          <Text span size="sm">
            {t('dock.ringing.pickUp')}
          </Text>
        </p>
      )}
      {trouble && (
        <p className={classes.hint} role="alert">
          <IconMicrophoneOff size={18} aria-hidden />
          <Text span size="sm">
            {t(`dock.phone.is.${trouble}`)}. {t(`dock.phone.then.${trouble}`)}
          </Text>
        </p>
      )}
      <div className={classes.buttons} data-columns={rings ? undefined : '2'}>
        <Button
          size="sm"
          variant={rings ? 'default' : 'filled'}
          disabled={isShown}
          leftSection={<IconId size={16} aria-hidden />}
          rightSection={!isShown && <KeyHint keys="O" />}
          onClick={open}
        >
          {t(isShown ? 'dock.cardOpen' : 'dock.card')}
        </Button>
        {!rings && (
          <Button size="sm" variant="default" leftSection={<IconPhoneX size={16} aria-hidden />} onClick={reject} loading={pending === 'decline'}>
            {t('dock.ringing.decline')}
          </Button>
        )}
      </div>
    </>
  );

  function clientWords() {
    if (card.crm_offline) return t('dock.ringing.offline');
    if (card.candidates?.length && !card.contact_id) return t('dock.ringing.several', { count: card.candidates.length });
    if (call.anonymous) return t('dock.ringing.anonymous');
    if (card.created) return t('dock.ringing.created');
    if (card.last_agent === user.login) return ''; // said by the reason already
    if (card.last_talk_at) return t('dock.ringing.lastTalk', { when: format.when(card.last_talk_at), who: card.last_agent_name ?? '' });
    return t('dock.ringing.known');
  }
}
