import { Menu, Skeleton, TextInput, UnstyledButton } from '@mantine/core';
import { IconCheck, IconChevronDown, IconPlayerSkipForward, IconPlus } from '@tabler/icons-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgentState } from '@/api/schema';
import { useLive } from '@/live/store';
import { breakReasons, breakReasonWords, reasonWords, stateMeaning, stateWords } from '@/parts/agent/state';
import { Elapsed } from '@/ui/Elapsed';
import { Dot } from '@/ui/Meaning';
import type { Wish } from './actions';
import { useWrapUp } from './actions';
import classes from './StateSwitch.module.css';
import { useMyState } from './useMyState';

const moreTime = 60; // seconds

/** StateSwitch says what the agent does and since when, and lets him say what he wants to do. For people who take calls. */
export function StateSwitch() {
  const me = useLive((p) => p.me);
  return me ? <Switch known={me} /> : <Skeleton className={classes.button} />;
}

function Switch({ known }: { known: AgentState }) {
  const { t } = useTranslation();
  const { me, set } = useMyState(known);
  const [open, setOpen] = useState(false);
  const busy = me.state === 'ringing' || me.state === 'talking';
  const reason = reasonWords(t, me);
  const word = me.state === 'break' && reason ? reason : stateWords(t, me.state);
  const then = busy && me.next ? t('dock.then', { state: stateWords(t, me.next).toLocaleLowerCase() }) : '';
  const choose = (w: Wish) => {
    setOpen(false);
    set(w);
  };
  return (
    <Menu position="bottom-end" width={250} opened={open} onChange={setOpen}>
      <Menu.Target>
        <UnstyledButton className={classes.button} data-then={then !== '' || undefined} aria-label={`${t('dock.myState')}: ${word}${reason && word !== reason ? `, ${reason}` : ''}${then && `, ${then}`}`}>
          <Dot meaning={stateMeaning[me.state]} />
          <span className={classes.word}>{word}</span>
          <span className={classes.timer}>{me.state === 'wrap_up' && me.until ? <Elapsed until={me.until} /> : <Elapsed since={me.since} />}</span>
          {then && <span className={classes.then}>{then}</span>}
          <IconChevronDown size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {me.state === 'wrap_up' && <WrapUpItems />}
        {busy && <Menu.Label>{t('dock.afterCall')}</Menu.Label>}
        <Choice chosen={busy ? !me.next : me.state === 'available'} dot="available" onClick={() => choose({ state: 'available' })}>
          {stateWords(t, 'available')}
        </Choice>
        <Menu.Divider />
        <Menu.Label>{t('agent.state.break')}</Menu.Label>
        {breakReasons.map((r) => (
          <Choice key={r} chosen={!busy && me.state === 'break' && me.reason === r} dot="break" onClick={() => choose({ state: 'break', reason: r })}>
            {breakReasonWords(t, r)}
          </Choice>
        ))}
        <OtherReason onSubmit={(r) => choose({ state: 'break', reason: r })} />
        <Menu.Divider />
        <Choice chosen={busy ? me.next === 'offline' : me.state === 'offline'} dot="offline" onClick={() => choose({ state: 'offline' })}>
          {t('dock.goOffline')}
        </Choice>
      </Menu.Dropdown>
    </Menu>
  );
}

function WrapUpItems() {
  const { t } = useTranslation();
  const { finish, extend } = useWrapUp();
  return (
    <>
      <Menu.Item leftSection={<IconPlayerSkipForward size={16} aria-hidden />} onClick={() => finish.mutate()}>
        {t('dock.wrapUp.finish')}
      </Menu.Item>
      <Menu.Item leftSection={<IconPlus size={16} aria-hidden />} closeMenuOnClick={false} onClick={() => extend.mutate(moreTime)}>
        {t('dock.wrapUp.extend')}
      </Menu.Item>
      <Menu.Divider />
    </>
  );
}

function Choice({ chosen, dot, onClick, children }: { chosen: boolean; dot: AgentState['state']; onClick: () => void; children: ReactNode }) {
  return (
    <Menu.Item
      leftSection={<Dot meaning={stateMeaning[dot]} />}
      rightSection={chosen && <IconCheck size={14} aria-hidden />}
      aria-current={chosen || undefined}
      onClick={onClick}
    >
      {children}
    </Menu.Item>
  );
}

// Keys belong to the field, not to the menu around it, which would jump to items by letters.
function OtherReason({ onSubmit }: { onSubmit: (reason: string) => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (reason.trim()) onSubmit(reason.trim());
  };
  return (
    <form onSubmit={submit} onKeyDown={(e) => e.key !== 'Escape' && e.stopPropagation()} style={{ padding: '4px 10px 6px' }}>
      <TextInput
        size="xs"
        value={reason}
        maxLength={100}
        onChange={(e) => setReason(e.currentTarget.value)}
        placeholder={t('dock.otherReason')}
        aria-label={t('dock.otherReason')}
      />
    </form>
  );
}
