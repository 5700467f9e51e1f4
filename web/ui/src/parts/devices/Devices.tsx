import { Button, Group, Select, Stack, Switch, Text } from '@mantine/core';
import { IconVolume } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePreferences } from '@/softphone/context';
import { preferences } from '@/softphone/preferences';
import { setSink } from '@/softphone/speaker';
import classes from './Devices.module.css';
import { Loopback } from './Loopback';
import { testTone } from './testTone';
import { type Device, useDevices } from './useDevices';

/** Devices chooses microphone, speaker and ringer of this browser, and tries them. What is chosen is remembered at once. */
export function Devices({ narrow }: { narrow?: boolean }) {
  const { t } = useTranslation();
  const chosen = usePreferences();
  const { inputs, outputs, named, ask, trouble } = useDevices();
  return (
    <Stack gap="sm">
      {!named && (
        <div>
          <Text size="sm">{t('devices.unnamed')}</Text>
          <Button variant="default" size="compact-sm" mt={6} onClick={ask}>
            {t('devices.allow')}
          </Button>
        </div>
      )}
      {trouble && (
        <Text size="sm" c="var(--c-bad-ink)" role="alert">
          {t(`devices.trouble.${trouble}`)}
        </Text>
      )}
      <div className={classes.fields} data-narrow={narrow || undefined}>
        <Choice label={t('devices.microphone')} devices={inputs} value={chosen.microphone} onChange={(microphone) => preferences.set({ microphone })} />
        <Sounding label={t('devices.speaker')} devices={outputs} value={chosen.speaker} onChange={(speaker) => preferences.set({ speaker })} />
        <Sounding label={t('devices.ringer')} devices={outputs} value={chosen.ringer} onChange={(ringer) => preferences.set({ ringer })} />
      </div>
      <Switch
        size="xs"
        checked={chosen.clean}
        onChange={(e) => preferences.set({ clean: e.currentTarget.checked })}
        label={t('devices.clean')}
      />
      <Loopback wish={{ device: chosen.microphone, clean: chosen.clean }} speaker={chosen.speaker} />
      {chosen.wanted && (
        <Group justify="flex-start">
          <Button variant="subtle" size="compact-sm" ml={-8} onClick={() => preferences.set({ wanted: false })}>
            {t('devices.leave')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

interface ChoiceProps {
  label: string;
  devices: Device[];
  value: string;
  onChange: (id: string) => void;
}

function Choice({ label, devices, value, onChange }: ChoiceProps) {
  const { t } = useTranslation();
  const known = devices.some((d) => d.id === value);
  return (
    <Select
      label={label}
      size="xs"
      allowDeselect={false}
      comboboxProps={{ withinPortal: false }}
      // What was chosen and is unplugged now is not forgotten: it may come back.
      value={known ? value : ''}
      data={[{ value: '', label: t('devices.usual') }, ...devices.map((d) => ({ value: d.id, label: d.name }))]}
      onChange={(id) => onChange(id ?? '')}
    />
  );
}

/** Sounding is a choice that can be heard. */
function Sounding(props: ChoiceProps) {
  const { t } = useTranslation();
  const [playing, setPlaying] = useState(false);
  const play = async () => {
    setPlaying(true);
    const context = new AudioContext();
    await setSink(context, props.value);
    await testTone(context);
    await context.close();
    setPlaying(false);
  };
  return (
    <div className={classes.sounding}>
      <Choice {...props} />
      <Button variant="default" size="compact-md" h={30} disabled={playing} onClick={() => void play()} aria-label={t('devices.tone', { device: props.label })}>
        <IconVolume size={16} aria-hidden />
      </Button>
    </div>
  );
}
