import { ActionIcon, Popover } from '@mantine/core';
import { IconAdjustments } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';

const Devices = lazy(() => import('@/parts/devices/Devices').then((m) => ({ default: m.Devices })));

/** SoundButton opens the choice of microphone, speaker and ringer. */
export function SoundButton() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" width={300} trapFocus withRoles={false}>
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" c="inherit" size={28} aria-label={t('dock.phone.sound')} aria-expanded={open} onClick={() => setOpen(!open)}>
          <IconAdjustments size={18} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label={t('dock.phone.sound')} mah="70dvh" style={{ overflow: 'auto' }}>
        <Suspense fallback={<div style={{ height: 300 }} />}>
          <Devices narrow />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}
