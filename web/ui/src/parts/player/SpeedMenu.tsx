import { Button, Menu } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/i18n/format';
import { rates } from './settings';
import type { Playback } from './usePlayback';

/** SpeedMenu chooses how fast one listens; the pitch stays. */
export function SpeedMenu({ playback }: { playback: Playback }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { rate } = playback.settings;
  const say = (r: number) => `${format.number(r, 2)}×`;
  return (
    <Menu position="top-end" withinPortal>
      <Menu.Target>
        <Button variant="subtle" color="gray" px={6} miw={48} className="tabular" aria-label={t('player.speed', { rate: say(rate) })}>
          {say(rate)}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup value={String(rate)} onChange={(r) => playback.change({ rate: Number(r) })}>
          {rates.map((r) => (
            <Menu.RadioItem key={r} value={String(r)}>
              {say(r)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}
