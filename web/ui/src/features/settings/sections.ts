import { IconBuilding, IconDevices, IconHash, IconHistory, IconPlugConnected, IconStack2, IconUsers, IconVolume } from '@tabler/icons-react';
import type { Session } from '@/api/schema';
import { can } from '@/api/session';

const reads = (s: Session) => can(s, 'office', 'read');
const manages = (s: Session) => can(s, 'office', 'manage');

/** The sections of the settings, in their order; who may not see one is not led to it. */
export const sections = [
  { id: 'people', to: '/settings/people', icon: IconUsers, may: reads },
  { id: 'queues', to: '/settings/queues', icon: IconStack2, may: reads },
  { id: 'numbers', to: '/settings/numbers', icon: IconHash, may: reads },
  { id: 'trunks', to: '/settings/trunks', icon: IconPlugConnected, may: manages },
  { id: 'sounds', to: '/settings/sounds', icon: IconVolume, may: manages },
  { id: 'offices', to: '/settings/offices', icon: IconBuilding, may: reads },
  { id: 'sessions', to: '/settings/sessions', icon: IconDevices, may: manages },
  { id: 'audit', to: '/settings/audit', icon: IconHistory, may: manages },
] as const;

export type SectionId = (typeof sections)[number]['id'];

/** mayOpen: a section that is not the user's to see is not there for him. */
export const mayOpen = (session: Session, id: SectionId) => sections.some((s) => s.id === id && s.may(session));

export { manages };
