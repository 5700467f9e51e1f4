import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { callerName } from '@/parts/agent/caller';
import type { DockState } from './machine';
import { useRingSound } from './preferences';
import { tone } from './tone';

/** useAttention calls the agent, wherever he looks: by sound, by the title of the page, by the desktop. */
export function useAttention(state: DockState) {
  const { t } = useTranslation();
  const [sound] = useRingSound();
  const ringing = state.at === 'ringing' ? state : undefined;
  const call = ringing?.offer.call.id;
  const name = ringing ? callerName(t, ringing.offer.call, ringing.card) : '';
  const title = name && t('dock.ringing.title', { name });

  useEffect(() => tone.listen(), []);
  useEffect(() => {
    if (!call || !sound) return undefined;
    tone.start();
    return () => tone.stop();
  }, [call, sound]);
  useEffect(() => {
    if (!title) return undefined;
    const before = document.title;
    document.title = `● ${title}`;
    return () => {
      document.title = before;
    };
  }, [title]);
  useEffect(() => {
    if (!call || !title || !document.hidden || !canNotify() || Notification.permission !== 'granted') return undefined;
    const shown = new Notification(title, { tag: call, body: t('dock.ringing.pickUp'), icon: '/icon-192.png' });
    shown.onclick = () => {
      window.focus();
      shown.close();
    };
    return () => shown.close();
  }, [call, title, t]);
}

export const canNotify = () => 'Notification' in window;
