import type { MantineColorScheme } from '@mantine/core';
import type { TFunction } from 'i18next';
import type { Session } from '@/api/schema';
import { can } from '@/api/session';
import type { Command } from '@/features/search/commands';
import { places } from '@/features/shell/places';
import { setLanguage } from '@/i18n';
import { languageNames, languages } from '@/i18n/language';

interface House {
  t: TFunction;
  session: Session;
  go: (to: string) => unknown;
  setScheme: (scheme: MantineColorScheme) => void;
}

/** What the search can do besides finding, for this person. */
export function appCommands({ t, session, go, setScheme }: House): Command[] {
  return [
    ...places.filter((p) => p.may(session)).map((p): Command => ({ id: p.to, label: t(p.words), run: () => go(p.to) })),
    ...(can(session, 'contacts', 'create') ? [{ id: 'new contact', label: t('search.commands.newContact'), run: () => go('/contacts?new=true') }] : []),
    { id: 'me', label: t('shell.me.profile'), run: () => go('/me') },
    { id: 'help', label: t('shell.me.help'), run: () => go('/help') },
    ...(['light', 'dark', 'auto'] as const).map(
      (scheme): Command => ({ id: scheme, label: `${t('shell.me.theme')}: ${t(`shell.theme.${scheme}`)}`, run: () => setScheme(scheme) }),
    ),
    ...languages.map((l): Command => ({ id: l, label: languageNames[l], also: t('shell.me.language'), run: () => setLanguage(l) })),
  ];
}
