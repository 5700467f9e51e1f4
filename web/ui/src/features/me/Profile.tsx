import { Stack, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSoftphone } from '@/softphone/context';
import { AboutMe } from './AboutMe';
import { DeskPhone } from './DeskPhone';
import { MyPassword } from './MyPassword';
import { MySessions } from './MySessions';
import { MyTokens } from './MyTokens';
import { Sound } from './Sound';

/** Profile is what everybody may change of himself. */
export function Profile() {
  const { t } = useTranslation();
  const { line } = useSoftphone().phone;
  const takesPart = line.at !== 'off' || (line.why !== 'unknown' && line.why !== 'none' && line.why !== 'unable');
  return (
    <Stack gap="md" p={{ base: 'sm', sm: 'lg' }} maw={760} w="100%" mx="auto">
      <Title order={1}>{t('me.title')}</Title>
      <AboutMe />
      {takesPart && <Sound />}
      <MyPassword />
      <MySessions />
      <DeskPhone />
      <MyTokens />
    </Stack>
  );
}
