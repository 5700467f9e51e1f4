import { ActionIcon, Input, Select, Text } from '@mantine/core';
import { IconGripVertical, IconX } from '@tabler/icons-react';
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OfficeUser } from '@/api/schema';
import classes from './AgentOrder.module.css';
import { moved, placeAt } from './order';

interface Props {
  people: OfficeUser[];
  value: string[];
  onChange: (logins: string[]) => void;
  /** The order counts. */
  ordered: boolean;
  error?: ReactNode;
}

/** AgentOrder: the agents of a queue, put in order by the mouse, the finger or the arrows. */
export function AgentOrder({ people, value, onChange, ordered, error }: Props) {
  const { t } = useTranslation();
  const list = useRef<HTMLOListElement>(null);
  const [dragged, setDragged] = useState<string>();
  const [told, setTold] = useState('');
  const name = (login: string) => people.find((p) => p.login === login)?.name ?? login;
  const others = people.filter((p) => !value.includes(p.login) && !p.blocked_at);

  const put = (login: string, to: number) => {
    const next = moved(value, value.indexOf(login), to);
    if (next === value) return;
    onChange(next);
    setTold(t('settings.queue.movedTo', { name: name(login), place: next.indexOf(login) + 1, of: next.length }));
  };
  const keys = (e: KeyboardEvent, login: string) => {
    const step = { ArrowUp: -1, ArrowDown: 1, Home: -value.length, End: value.length }[e.key];
    if (!step) return;
    e.preventDefault();
    put(login, value.indexOf(login) + step);
  };
  const drag = (e: PointerEvent, login: string) => {
    if (dragged !== login) return;
    const rows = [...(list.current?.children ?? [])].map((row) => row.getBoundingClientRect());
    put(login, placeAt(rows.map((r) => (r.top + r.bottom) / 2), e.clientY, value.indexOf(login)));
  };

  return (
    <Input.Wrapper label={t('settings.field.agents')} labelElement="div" description={ordered ? t('settings.queue.orderCounts') : t('settings.queue.orderFree')} error={error}>
      {value.length > 0 && (
        <ol className={classes.list} ref={list} aria-label={t('settings.field.agents')}>
          {value.map((login, n) => (
            <li key={login} className={classes.row} data-dragged={dragged === login || undefined}>
              <button
                type="button"
                className={classes.grip}
                aria-label={t('settings.queue.move', { name: name(login) })}
                title={t('settings.queue.moveHint')}
                onKeyDown={(e) => keys(e, login)}
                onPointerDown={(e) => {
                  e.currentTarget.setPointerCapture(e.pointerId);
                  setDragged(login);
                }}
                onPointerMove={(e) => drag(e, login)}
                onPointerUp={() => setDragged(undefined)}
                onPointerCancel={() => setDragged(undefined)}
              >
                <IconGripVertical size={16} aria-hidden />
              </button>
              <span className={classes.place}>{n + 1}</span>
              <Text size="sm" flex={1} truncate>
                {name(login)}
              </Text>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t('settings.queue.takeOut', { name: name(login) })}
                onClick={() => onChange(value.filter((l) => l !== login))}
              >
                <IconX size={16} aria-hidden />
              </ActionIcon>
            </li>
          ))}
        </ol>
      )}
      <Select
        mt={6}
        searchable
        placeholder={others.length ? t('settings.queue.addAgent') : t('settings.queue.allIn')}
        aria-label={t('settings.queue.addAgent')}
        disabled={others.length === 0}
        data={others.map((p) => ({ value: p.login, label: p.name }))}
        value={null}
        onChange={(login) => login && onChange([...value, login])}
      />
      <div className={classes.told} aria-live="assertive">
        {told}
      </div>
    </Input.Wrapper>
  );
}
