import { IconAddressBook, IconHeadset, IconHome, IconPhoneCall, IconSettings } from '@tabler/icons-react';
import type { Session } from '@/api/schema';
import { can } from '@/api/session';

/** The places of the rail, in their order. */
export const places = [
  { to: '/', words: 'shell.places.desk', icon: IconHome, may: () => true },
  { to: '/contacts', words: 'shell.places.contacts', icon: IconAddressBook, may: (s: Session) => can(s, 'contacts', 'read') },
  { to: '/calls', words: 'shell.places.calls', icon: IconPhoneCall, may: (s: Session) => can(s, 'calls', 'read') },
  { to: '/floor', words: 'shell.places.floor', icon: IconHeadset, may: (s: Session) => can(s, 'queues', 'read') },
  { to: '/settings', words: 'shell.places.settings', icon: IconSettings, may: (s: Session) => can(s, 'office', 'read') },
] as const;
