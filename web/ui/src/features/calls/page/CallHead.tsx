import { Button, Title } from '@mantine/core';
import { IconPhoneOff, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import type { CallDetail } from '@/api/schema';
import { can, useSession } from '@/api/session';
import { useFormat } from '@/i18n/format';
import { outcomeMeaning, outcomeOf } from '@/parts/call/outcome';
import { DirectionMark } from '@/parts/call/OutcomeMark';
import { kindMeaning, outcomeName } from '@/parts/call/outcomeName';
import { useWho } from '@/parts/call/who';
import { Elapsed } from '@/ui/Elapsed';
import { Pill } from '@/ui/Meaning';
import { complain } from '@/ui/notice';
import classes from './CallPage.module.css';

/** CallHead says whose call it is, how it went or goes, and lets one act while it goes on. */
export function CallHead({ call }: { call: CallDetail }) {
  const { t, i18n } = useTranslation();
  const f = useFormat();
  const who = useWho();
  const outcome = outcomeOf(call);
  return (
    <header className={classes.head}>
      <Title order={1} className={classes.who}>
        <DirectionMark direction={call.direction} size={20} />
        {who(call)}
      </Title>
      <Pill meaning={outcomeMeaning[outcome]} size="lg">
        {t(`call.outcome.${outcome}`)}
      </Pill>
      {call.outcome && (
        <Pill meaning={kindMeaning[call.outcome.kind]} size="lg">
          {outcomeName(i18n.language, call.outcome)}
        </Pill>
      )}
      {call.state !== 'ended' && (
        <span className={classes.timer}>
          <Elapsed since={call.answered_at ?? call.started_at} />
        </span>
      )}
      <time className={classes.when} dateTime={call.started_at} title={f.exact(call.started_at)}>
        {f.when(call.started_at)}
      </time>
      {call.state !== 'ended' && <Act call={call} />}
    </header>
  );
}

type Order = 'hangup' | 'hold' | 'resume';

function order(id: string, what: Order) {
  const params = { path: { id } };
  switch (what) {
    case 'hangup':
      return answer(api.POST('/calls/{id}/hangup', { params }));
    case 'hold':
      return answer(api.POST('/calls/{id}/hold', { params }));
    case 'resume':
      return answer(api.POST('/calls/{id}/resume', { params }));
  }
}

function Act({ call }: { call: CallDetail }) {
  const { t } = useTranslation();
  const session = useSession();
  // The new state comes as a live event.
  const { mutate, isPending, variables } = useMutation({ mutationFn: (what: Order) => order(call.id, what), onError: complain });
  const reach = session.grants.calls?.update;
  if (!can(session, 'calls', 'update') || (reach === 'own' && call.agent !== session.user.login)) return null;
  const held = call.state === 'held';
  return (
    <div className={classes.buttons}>
      {(call.state === 'talking' || held) && (
        <Button
          variant="default"
          disabled={isPending}
          leftSection={held ? <IconPlayerPlay size={16} aria-hidden /> : <IconPlayerPause size={16} aria-hidden />}
          onClick={() => mutate(held ? 'resume' : 'hold')}
        >
          {held ? t('calls.act.resume') : t('calls.act.hold')}
        </Button>
      )}
      <Button color="red.8" loading={isPending && variables === 'hangup'} leftSection={<IconPhoneOff size={16} aria-hidden />} onClick={() => mutate('hangup')}>
        {t('calls.act.hangup')}
      </Button>
    </div>
  );
}
