import { Button, Group, Text } from '@mantine/core';
import { IconMicrophone, IconPlayerStop } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NoMicrophone } from '@/softphone/machine';
import { closeMicrophone, MicrophoneTrouble, type MicrophoneWish, openMicrophone } from '@/softphone/microphone';
import { setSink } from '@/softphone/speaker';
import classes from './Devices.module.css';
import { watchLevel } from './level';

const listens = 4_000; // ms

type Stage = { at: 'idle'; trouble?: NoMicrophone } | { at: 'listening' } | { at: 'playing' };

/** Loopback records a few seconds and plays them back: the whole way but for the telephone line. */
export function Loopback({ wish, speaker }: { wish: MicrophoneWish; speaker: string }) {
  const { t } = useTranslation();
  const [stage, setStage] = useState<Stage>({ at: 'idle' });
  const bar = useRef<HTMLDivElement>(null);
  const stop = useRef<(() => void) | undefined>(undefined);
  useEffect(() => () => stop.current?.(), []);
  const test = async () => {
    let gone = false;
    stop.current = () => {
      gone = true;
    };
    try {
      setStage({ at: 'listening' });
      const sound = await record(wish, (level) => {
        if (bar.current) bar.current.style.transform = `scaleX(${level})`;
      }, stop);
      if (gone) return;
      setStage({ at: 'playing' });
      await play(sound, speaker, stop);
      setStage({ at: 'idle' });
    } catch (err) {
      setStage({ at: 'idle', trouble: err instanceof MicrophoneTrouble ? err.why : 'busy' });
    }
  };
  return (
    <div>
      <Group gap="sm" wrap="nowrap">
        <Button
          variant="default"
          leftSection={stage.at === 'playing' ? <IconPlayerStop size={16} aria-hidden /> : <IconMicrophone size={16} aria-hidden />}
          disabled={stage.at === 'listening'}
          onClick={() => (stage.at === 'playing' ? stop.current?.() : void test())}
        >
          {t(`devices.loopback.${stage.at}`)}
        </Button>
        <div className={classes.level} style={{ flex: 1 }} aria-hidden>
          <div ref={bar} />
        </div>
      </Group>
      <Text size="xs" c="dimmed" mt={6} role="status">
        {stage.at === 'idle' && stage.trouble ? t(`devices.trouble.${stage.trouble}`) : t('devices.loopback.about')}
      </Text>
    </div>
  );
}

type Stop = { current: (() => void) | undefined };

async function record(wish: MicrophoneWish, level: (share: number) => void, stop: Stop): Promise<Blob> {
  const stream = await openMicrophone(wish);
  const unwatch = watchLevel(stream, level);
  try {
    const recorder = new MediaRecorder(stream);
    const parts: Blob[] = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const done = new Promise<void>((end) => (recorder.onstop = () => end()));
    recorder.start();
    const timer = setTimeout(() => recorder.stop(), listens);
    const before = stop.current;
    stop.current = () => {
      before?.();
      clearTimeout(timer);
      if (recorder.state !== 'inactive') recorder.stop();
    };
    await done;
    return new Blob(parts, { type: recorder.mimeType });
  } finally {
    unwatch();
    level(0);
    closeMicrophone(stream);
  }
}

async function play(sound: Blob, speaker: string, stop: Stop) {
  const url = URL.createObjectURL(sound);
  const audio = new Audio(url);
  try {
    await setSink(audio, speaker);
    await new Promise<void>((done, failed) => {
      audio.onended = () => done();
      audio.onerror = () => failed(new Error('the recording can not be played'));
      stop.current = () => {
        audio.pause();
        done();
      };
      audio.play().catch(failed);
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}
