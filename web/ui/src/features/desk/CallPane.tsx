import { Button, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { type ReactNode, useLayoutEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/api/session';
import type { Call, Card } from '@/api/schema';
import { isGone } from '@/api/problem';
import { duration, useFormat } from '@/i18n/format';
import { painted } from '@/live/painted';
import { callerName, clientNumber } from '@/parts/agent/caller';
import { whyMe } from '@/parts/agent/whyMe';
import { OutcomeMark } from '@/parts/call/OutcomeMark';
import { AfterPaint } from '@/ui/AfterPaint';
import { PathLink } from '@/ui/PathLink';
import { errorWords } from '@/ui/errorWords';
import { KeyHint } from '@/ui/KeyHint';
import { NotHere } from '@/ui/NotHere';
import { useKeys } from '@/ui/useKeys';
import classes from './CallPane.module.css';
import { CallNote } from './CallNote';
import { Chooser } from './Chooser';
import { Known } from './Known';
import { QuickName } from './QuickName';
import { Stranger } from './Stranger';
import { useDeskCall } from './useDeskCall';

interface Props {
  id: string;
  note: number | undefined;
  onBack: () => void;
  card: (contact: string) => ReactNode;
  tasks: (contact: string, told: ReactNode) => ReactNode;
}

/** CallPane is the client who calls: what the event tells is on the screen at once, the rest follows. */
export function CallPane({ id, note, onBack, card: whole, tasks }: Props) {
  const { t } = useTranslation();
  const { call, card, error } = useDeskCall(id);
  const [typed, setTyped] = useState(''); // about whom, while there is no card
  const there = call !== undefined;
  useKeys({ Escape: onBack });
  useLayoutEffect(() => (there ? painted(id) : undefined), [id, there]);
  if (!call) {
    if (isGone(error)) return <NotHere />;
    return error ? <Text p="md">{errorWords(t, error)}</Text> : <Skeleton h={240} />;
  }
  const contact = call.contact_id;
  const unknown = !contact && !call.candidates?.length;
  const name = callerName(t, call, card);
  return (
    <Stack gap="md" data-testid="call-pane">
      <header className={classes.header}>
        <div className={classes.top}>
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            leftSection={<IconArrowLeft size={16} aria-hidden />}
            rightSection={<KeyHint keys="Esc" />}
            onClick={onBack}
          >
            {t('desk.call.back')}
          </Button>
          <OutcomeMark call={call} />
          {contact && (
            <PathLink to={`/contacts/${contact}`} className={classes.whole}>
              {t('desk.call.whole')}
            </PathLink>
          )}
        </div>
        <Title order={1} className={classes.name}>
          {name}
        </Title>
        <Numbers call={call} card={card} name={name} />
        <Facts call={call} card={card} />
      </header>
      {!contact && call.candidates && call.candidates.length > 0 && <Chooser call={call} candidates={call.candidates} />}
      {(unknown || (typed !== '' && !call.card_created)) && <Stranger call={call} typed={typed} onType={setTyped} />}
      {contact && call.card_created && <QuickName contact={contact} typed={typed} />}
      {contact && <Known card={card} tasks={(told) => tasks(contact, told)} />}
      <CallNote call={id} wish={note} />
      {contact && <AfterPaint key={contact}>{whole(contact)}</AfterPaint>}
    </Stack>
  );
}

// The number stands alone in the place of a name that is not known.
function Numbers({ call, card, name }: { call: Call; card: Card | undefined; name: string }) {
  const { t } = useTranslation();
  const number = clientNumber(call) || t('agent.withheld');
  const more = (card?.phones.length ?? 1) - 1;
  return (
    <div className={classes.numbers}>
      {number !== name && <span>{number}</span>}
      {more > 0 && <span>{t('desk.call.moreNumbers', { count: more })}</span>}
      {card?.company && <span>{card.company}</span>}
    </div>
  );
}

function Facts({ call, card }: { call: Call; card: Card | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { user } = useSession();
  return (
    <dl className={classes.facts}>
      {card && <Fact name={t('desk.call.why')}>{whyMe(t, format, card, user.login)}</Fact>}
      <Fact name={t('desk.call.source')}>{call.source || '–'}</Fact>
      <Fact name={t('desk.call.queue')}>{call.queue || '–'}</Fact>
      <Fact name={t('desk.call.waited')}>{duration(card?.wait_ms ?? call.wait_ms)}</Fact>
      {card?.owner && <Fact name={t('desk.call.owner')}>{card.owner === user.login ? t('desk.call.you') : card.owner_name || card.owner}</Fact>}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
