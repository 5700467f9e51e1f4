import { Button, Text } from '@mantine/core';
import { IconCheck, IconPhoneOutgoing } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import type { Call, Card } from '@/api/schema';
import { useFormat } from '@/i18n/format';
import { callerName } from '@/parts/agent/caller';
import { KeyHint } from '@/ui/KeyHint';
import { complain } from '@/ui/notice';
import { useKeys } from '@/ui/useKeys';
import classes from './Dock.module.css';
import { dueOf, type Preset } from '@/parts/tasks/due';

const offers = ['hour', 'tomorrow', 'week'] as const satisfies Preset[];

interface Props {
  call: Call;
  card: Card | undefined;
  onAttend: () => void;
  /** The task stands. */
  onMade: () => void;
}

/** NextStep promises a call-back in two keys: T, then when. */
export function NextStep({ call, card, onAttend, onMade }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const cache = useQueryClient();
  const [asks, setAsks] = useState(false);
  const name = callerName(t, call, card);
  const number = call.direction === 'outbound' ? call.to : call.from;
  const make = useMutation({
    mutationFn: (when: Preset) =>
      answer(
        api.POST('/tasks', {
          body: {
            title: t('dock.next.title', { name }),
            contact_id: call.contact_id,
            call_id: call.id,
            phone: number.startsWith('+') ? number : undefined,
            due_at: dueOf(when, new Date()).toISOString(),
          },
        }),
      ),
    onSuccess: () => {
      onMade();
      return cache.invalidateQueries({ queryKey: keys.tasks.all });
    },
    onError: complain,
  });
  const choose = (when: Preset) => {
    setAsks(false);
    make.mutate(when);
  };
  const ask = () => {
    setAsks(true);
    onAttend();
  };
  useKeys({ t: ask }, { rank: 'phone' });
  const answers = Object.fromEntries(offers.map((when, n) => [String(n + 1), () => choose(when)]));
  useKeys(asks ? { Escape: () => setAsks(false), ...answers } : {}, { rank: 'question' });
  return (
    <div className={classes.next}>
      <Text size="xs" c="dimmed">
        {t('dock.next.label')}
      </Text>
      {asks ? (
        <div className={classes.buttons} data-columns="3" role="group" aria-label={t('dock.next.when')}>
          {offers.map((when, n) => (
            <Button key={when} size="sm" variant="default" px={6} rightSection={<KeyHint keys={String(n + 1)} />} onClick={() => choose(when)}>
              {t(`dock.next.${when}`)}
            </Button>
          ))}
        </div>
      ) : (
        <div className={classes.buttons}>
          <Button
            size="sm"
            variant="default"
            justify="flex-start"
            leftSection={make.data ? <IconCheck size={16} aria-hidden /> : <IconPhoneOutgoing size={16} aria-hidden />}
            rightSection={<KeyHint keys="T" />}
            onClick={ask}
            loading={make.isPending}
          >
            {make.data?.due_at ? t('dock.next.made', { when: format.when(make.data.due_at) }) : t('dock.next.callBack')}
          </Button>
        </div>
      )}
    </div>
  );
}
