import { SegmentedControl, Select, SimpleGrid, Stack, Text, TextInput, useMantineColorScheme } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import type { Me, Session } from '@/api/schema';
import { useSession } from '@/api/session';
import { setLanguage } from '@/i18n';
import { type Language, languageNames, languages } from '@/i18n/language';
import { complain, notice } from '@/ui/notice';
import { Panel } from '@/ui/Panel';
import { TimezoneSelect } from '@/ui/TimezoneSelect';

type Change = Partial<Pick<Me, 'name' | 'locale' | 'timezone'>>;

/** AboutMe: name, language, time zone and theme, saved as they are changed. */
export function AboutMe() {
  const { t, i18n } = useTranslation();
  const { user } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const save = useSave();
  return (
    <Panel title={t('me.about.title')}>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {t('me.about.who', { login: user.login, role: t(`me.role.${user.role}`, user.role), office: user.office })}
        </Text>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
          <Name key={user.name} saved={user.name} onSave={(name) => save({ name }, { name: user.name })} />
          <TimezoneSelect
            label={t('me.about.timezone')}
            description={t('me.about.timezoneHint')}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            value={user.timezone}
            allowDeselect={false}
            onChange={(timezone) => timezone && save({ timezone }, { timezone: user.timezone })}
          />
          <Select
            label={t('me.about.language')}
            value={i18n.language}
            allowDeselect={false}
            data={languages.map((l) => ({ value: l, label: languageNames[l] }))}
            onChange={(l) => {
              const locale = l as Language;
              void setLanguage(locale).then(() => save({ locale }));
            }}
          />
          <div>
            <Text size="sm" fw={500} id="me-theme">
              {t('me.about.theme')}
            </Text>
            <SegmentedControl
              fullWidth
              aria-labelledby="me-theme"
              value={colorScheme}
              onChange={(v) => setColorScheme(v)}
              data={(['light', 'dark', 'auto'] as const).map((value) => ({ value, label: t(`me.theme.${value}`) }))}
            />
          </div>
        </SimpleGrid>
      </Stack>
    </Panel>
  );
}

function Name({ saved, onSave }: { saved: string; onSave: (name: string) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(saved);
  const name = typed.trim();
  return (
    <TextInput
      label={t('me.about.name')}
      autoComplete="name"
      maxLength={200}
      value={typed}
      error={name === '' && t('me.about.nameMissing')}
      onChange={(e) => setTyped(e.currentTarget.value)}
      onBlur={() => name !== '' && name !== saved && onSave(name)}
      onKeyDown={(e) => {
        if (e.key === 'Enter') e.currentTarget.blur();
        if (e.key === 'Escape') setTyped(saved);
      }}
    />
  );
}

// useSave saves at once, and offers the way back if there is one.
function useSave(): (change: Change, before?: Change) => void {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const save = useMutation({
    mutationFn: ({ change }: { change: Change; before?: Change }) => answer(api.PATCH('/me', { body: change })),
    onSuccess(user, { before }) {
      cache.setQueryData<Session | null>(keys.session, (s) => s && { ...s, user });
      notice(t('me.saved'), before && (() => save.mutate({ change: before })));
    },
    onError: complain,
  });
  return (change, before) => save.mutate({ change, before });
}
