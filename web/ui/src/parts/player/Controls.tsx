import { ActionIcon, Popover, Table, Tooltip } from '@mantine/core';
import { IconDownload, IconKeyboard, IconLink, IconPlayerTrackNext, IconVolume, IconVolumeOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { can, useSession } from '@/api/session';
import { duration } from '@/i18n/format';
import { copyText } from '@/ui/copyText';
import { KeyHint } from '@/ui/KeyHint';
import { notice } from '@/ui/notice';
import classes from './Player.module.css';
import type { Silence } from './peaks';
import { SpeedMenu } from './SpeedMenu';
import type { Playback } from './usePlayback';

/** momentLink is the address of a moment of a call's recording. */
const momentLink = (callId: string, seconds: number) => new URL(`/calls/${callId}?t=${Math.floor(seconds)}`, location.origin).href;

interface Props {
  playback: Playback;
  callId: string;
  silences: Silence[];
}

/** Controls are how one listens, and what one can take along. */
export function Controls({ playback, callId, silences }: Props) {
  const { t } = useTranslation();
  const session = useSession();
  const { volume, skipSilence } = playback.settings;
  const quiet = silences.reduce((sum, s) => sum + s.to - s.from, 0);
  const copyLink = async () => {
    const at = playback.position();
    if (await copyText(momentLink(callId, at))) notice(t('player.linkCopied', { at: duration(at * 1000) }));
  };
  const skipWords = quiet > 0 ? t('player.skipSilenceOf', { time: duration(quiet * 1000) }) : t('player.noSilence');
  return (
    <>
      <SpeedMenu playback={playback} />
      <Tooltip label={skipWords}>
        <ActionIcon
          variant={skipSilence ? 'light' : 'subtle'}
          color={skipSilence ? undefined : 'gray'}
          aria-pressed={skipSilence}
          aria-label={t('player.skipSilence')}
          onClick={() => playback.change({ skipSilence: !skipSilence })}
        >
          <IconPlayerTrackNext size={16} />
        </ActionIcon>
      </Tooltip>
      <div className={classes.volume}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-pressed={volume === 0}
          aria-label={t('player.silent')}
          onClick={() => playback.change({ volume: volume === 0 ? 1 : 0 })}
        >
          {volume === 0 ? <IconVolumeOff size={16} /> : <IconVolume size={16} />}
        </ActionIcon>
        <input
          type="range"
          min={0}
          max={1}
          step={0.05}
          value={volume}
          aria-label={t('player.volume')}
          onChange={(e) => playback.change({ volume: e.currentTarget.valueAsNumber })}
        />
      </div>
      <span className={classes.spring} />
      <Tooltip label={t('player.link')}>
        <ActionIcon variant="subtle" color="gray" aria-label={t('player.link')} onClick={() => void copyLink()}>
          <IconLink size={16} />
        </ActionIcon>
      </Tooltip>
      {can(session, 'recordings', 'export') && (
        <Tooltip label={t('player.download')}>
          <ActionIcon
            component="a"
            href={`/api/v1/calls/${callId}/recording?download=true`}
            download
            variant="subtle"
            color="gray"
            aria-label={t('player.download')}
          >
            <IconDownload size={16} />
          </ActionIcon>
        </Tooltip>
      )}
      <KeysHelp />
    </>
  );
}

function KeysHelp() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const rows = [
    ['Space', t('player.keys.space')],
    ['← →', t('player.keys.arrows')],
    ['Shift ← →', t('player.keys.shift')],
    ['Home', t('player.keys.home')],
  ] as const;
  return (
    <Popover opened={open} onChange={setOpen} position="top-end" withinPortal>
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('player.keys.label')} aria-expanded={open} onClick={() => setOpen(!open)}>
          <IconKeyboard size={16} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p="xs">
        <Table withRowBorders={false} verticalSpacing={3} horizontalSpacing={6}>
          <Table.Tbody>
            {rows.map(([key, words]) => (
              <Table.Tr key={key}>
                <Table.Td>
                  <KeyHint keys={key} />
                </Table.Td>
                <Table.Td>{words}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Popover.Dropdown>
    </Popover>
  );
}
