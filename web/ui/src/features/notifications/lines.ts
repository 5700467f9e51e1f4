import type { TFunction } from 'i18next';
import type { Notification } from '@/api/schema';
import { prettyPhone } from '@/ui/phone';

/** Line is a notification in words, and where it leads. */
export interface Line {
  title: string;
  note?: string;
  to?: string;
}

const alarms = ['disk_full', 'disk_low', 'story_panic', 'recording_failed', 'recording_truncated', 'journal_unwritable', 'desk_unavailable', 'trunk_down', 'dialling_limit', 'emergency_call'];

/** lineOf puts a notification into the user's language. */
export function lineOf(t: TFunction, { kind, params: p }: Notification): Line {
  const card = p.contact && `/contacts/${p.contact}`;
  const call = p.call && `/calls/${p.call}`;
  switch (kind) {
    case 'task_assigned':
      return { title: t('notifications.task', { by: p.by_name ?? p.by }), note: p.title, to: card ?? '/' };
    case 'callback_assigned':
      return { title: t('notifications.callback'), note: p.phone ? prettyPhone(p.phone) : p.title, to: card ?? call ?? '/' };
    case 'call_taken':
      return { title: t('notifications.taken', { agent: p.agent_name ?? p.agent }), note: p.name, to: call ?? card };
    case 'alarm':
      return { title: t(`notifications.alarm.${alarms.includes(p.code ?? '') ? p.code : 'other'}`), note: p.about, to: p.code === 'trunk_down' ? '/settings/trunks' : undefined };
  }
}
