import { Stack, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { AboutMe } from './AboutMe';
import { DeskPhone } from './DeskPhone';
import { MyPassword } from './MyPassword';
import { MySessions } from './MySessions';
import { MyTokens } from './MyTokens';

/** Profile is what everybody may change of himself. */
export function Profile() {
  const { t } = useTranslation();
  return (
    <Stack gap="md" p={{ base: 'sm', sm: 'lg' }} maw={760} w="100%" mx="auto">
      <Title order={1}>{t('me.title')}</Title>
      <AboutMe />
      <MyPassword />
      <MySessions />
      <DeskPhone />
      <MyTokens />
    </Stack>
  );
}
