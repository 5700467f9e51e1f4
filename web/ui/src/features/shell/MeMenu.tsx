import { ActionIcon, Avatar, Menu, Text, useMantineColorScheme } from '@mantine/core';
import { IconCheck, IconDeviceDesktop, IconHelp, IconLogout, IconMoon, IconSun, IconUser } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import { useSession } from '@/api/session';
import { setLanguage } from '@/i18n';
import { type Language, languageNames, languages } from '@/i18n/language';
import { complain } from '@/ui/notice';

const schemes = [
  { value: 'light', icon: IconSun },
  { value: 'dark', icon: IconMoon },
  { value: 'auto', icon: IconDeviceDesktop },
] as const;

/** MeMenu: profile, language, theme, help, sign out. */
export function MeMenu() {
  const { t, i18n } = useTranslation();
  const { user } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const cache = useQueryClient();
  const signOut = async () => {
    try {
      await answer(api.DELETE('/session'));
      cache.clear();
      location.assign('/login');
    } catch (err) {
      complain(err);
    }
  };
  const choose = async (language: Language) => {
    await setLanguage(language);
    try {
      await answer(api.PATCH('/me', { body: { locale: language } }));
      await cache.invalidateQueries({ queryKey: keys.session });
    } catch (err) {
      complain(err);
    }
  };
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={36} radius="xl" aria-label={t('shell.me.label')}>
          <Avatar size={28} radius="xl" name={user.name} color="ink" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <div style={{ padding: '6px 12px' }}>
          <Text size="sm" fw={500} truncate>
            {user.name}
          </Text>
          <Text size="xs" c="dimmed" truncate>
            {user.login} · {user.office}
          </Text>
        </div>
        <Menu.Divider />
        <Menu.Item leftSection={<IconUser size={16} />} component={Link} to="/me">
          {t('shell.me.profile')}
        </Menu.Item>
        <Menu.Item leftSection={<IconHelp size={16} />} component={Link} to="/help">
          {t('shell.me.help')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t('shell.me.language')}</Menu.Label>
        {languages.map((l) => (
          <Menu.Item key={l} lang={l} onClick={() => void choose(l)} rightSection={i18n.language === l && <IconCheck size={14} />} aria-current={i18n.language === l}>
            {languageNames[l]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{t('shell.me.theme')}</Menu.Label>
        {schemes.map(({ value, icon: Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={16} />}
            onClick={() => setColorScheme(value)}
            rightSection={colorScheme === value && <IconCheck size={14} />}
            aria-current={colorScheme === value}
          >
            {t(`shell.theme.${value}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
          {t('shell.me.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
