import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { callerName } from '@/parts/agent/caller';
import { usePreferences } from '@/softphone/context';
import type { DockState } from './machine';
import { type Chosen, hearNotices, notify, prepareNotices } from './notification';
import { useRingSound } from './preferences';
import { tone } from './tone';
import type { BrowserPhone } from './useBrowserPhone';

/** useAttention calls the agent, wherever he looks: by sound, by the title of the page, by the desktop. */
export function useAttention(state: DockState, { rings: here, remote }: BrowserPhone, choose: (c: Chosen) => void) {
  const { t } = useTranslation();
  const [sound] = useRingSound();
  const { ringer } = usePreferences();
  const ringing = state.at === 'ringing' ? state : undefined;
  const call = ringing?.offer.call.id;
  const name = ringing ? callerName(t, ringing.offer.call, ringing.card) : '';
  const title = name && t('dock.ringing.title', { name });
  const latest = useRef(choose);
  latest.current = choose;

  useEffect(() => tone.listen(), []);
  useEffect(() => tone.use(ringer), [ringer]);
  useEffect(() => {
    prepareNotices();
    return hearNotices((c) => latest.current(c));
  }, []);
  useEffect(() => {
    if (!call || !sound || remote) return undefined; // one tab is enough
    tone.start();
    return () => tone.stop();
  }, [call, sound, remote]);
  useEffect(() => {
    if (!title) return undefined;
    const before = document.title;
    document.title = `● ${title}`;
    return () => {
      document.title = before;
    };
  }, [title]);
  useEffect(() => {
    if (!call || !title || remote || !document.hidden) return undefined;
    const decline = { action: 'decline' as const, title: t('dock.ringing.decline') };
    return notify({
      call,
      title,
      body: t(here ? 'dock.ringing.answerHere' : 'dock.ringing.pickUp'),
      actions: here ? [{ action: 'answer', title: t('dock.ringing.answer') }, decline] : [decline],
    });
  }, [call, title, here, remote, t]);
}
