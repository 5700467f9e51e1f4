import { Button, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Devices } from '@/parts/devices/Devices';
import { Panel } from '@/ui/Panel';

/** Sound: what one speaks into and hears from, when one telephones in the browser. */
export function Sound() {
  const { t } = useTranslation();
  return (
    <Panel title={t('me.sound.title')} id="sound">
      <Devices />
      {'registerProtocolHandler' in navigator && (
        <Group mt="md" gap="sm">
          <Text size="sm">{t('me.sound.links')}</Text>
          <Button variant="default" size="compact-sm" onClick={() => navigator.registerProtocolHandler('tel', `${location.origin}/dial?to=%s`)}>
            {t('me.sound.callHere')}
          </Button>
        </Group>
      )}
    </Panel>
  );
}
