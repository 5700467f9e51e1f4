import { Alert, Button, FileButton, Group, Stack, Text } from '@mantine/core';
import { IconPlayerPlayFilled, IconPlayerStopFilled, IconUpload } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import { ApiProblem } from '@/api/problem';
import type { Prompt } from '@/api/schema';
import { duration } from '@/i18n/format';
import { AskFirst } from '@/ui/AskFirst';
import { errorWords } from '@/ui/errorWords';
import { Pill } from '@/ui/Meaning';
import { complain, notice } from '@/ui/notice';
import { Panel } from '@/ui/Panel';
import classes from './Invitations.module.css';
import { Section } from './Section';
import { soundTrouble, Unplayable } from './soundFile';

/** Sounds: what callers hear; each can be listened to, replaced and taken back. */
export function Sounds() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({ queryKey: keys.office.part('prompts'), queryFn: ({ signal }) => answer(api.GET('/office/prompts', { signal })) });
  const [playing, setPlaying] = useState<string>();
  return (
    <Section id="sounds" error={error} retry={refetch} loading={!data}>
      {data?.items.some((p) => p.fixed) && <Text size="sm">{t('settings.sound.fixed')}</Text>}
      <Panel flush>
        <ul className={classes.list} aria-label={t('settings.section.sounds.title')}>
          {data?.items.map((p) => (
            <Sound key={p.name} prompt={p} playing={playing === p.name} onPlay={(on) => setPlaying(on ? p.name : undefined)} />
          ))}
        </ul>
      </Panel>
    </Section>
  );
}

function Sound({ prompt, playing, onPlay }: { prompt: Prompt; playing: boolean; onPlay: (on: boolean) => void }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [trouble, setTrouble] = useState<string>();
  const [version, setVersion] = useState(0); // a new file has the old address
  const params = { path: { name: prompt.name } };
  const name = t(`settings.sound.name.${prompt.name}`, prompt.name);
  const fresh = () => {
    onPlay(false);
    setVersion((v) => v + 1);
    return cache.invalidateQueries({ queryKey: keys.office.part('prompts') });
  };
  const put = useMutation({
    async mutationFn(file: File) {
      const wrong = await soundTrouble(file);
      if (wrong) throw new Unplayable(wrong);
      const raw = { bodySerializer: () => file, headers: { 'Content-Type': 'audio/wav' } };
      return answer(api.PUT('/office/prompts/{name}', { params, body: '', ...raw }));
    },
    onMutate: () => setTrouble(undefined),
    onSuccess() {
      notice(t('settings.sound.replaced', { name }));
      return fresh();
    },
    onError(err) {
      const unplayable = err instanceof Unplayable || (err instanceof ApiProblem && err.code === 'invalid');
      setTrouble(unplayable ? t(`settings.sound.wrong.${err instanceof Unplayable ? err.trouble : 'format'}`) : errorWords(t, err));
    },
  });
  const reset = useMutation({
    mutationFn: () => answer(api.DELETE('/office/prompts/{name}', { params })),
    onMutate: () => setTrouble(undefined),
    onSuccess() {
      notice(t('settings.sound.isBuiltIn', { name }));
      return fresh();
    },
    onError: complain,
  });
  const act = t(playing ? 'settings.sound.stop' : 'settings.sound.listen');
  return (
    <li className={classes.row}>
      <Stack gap="xs">
        <Group justify="space-between" gap="sm">
          <div style={{ flex: '1 1 240px', minWidth: 0 }}>
            <Group gap="xs">
              <Text size="sm" fw={500}>
                {name}
              </Text>
              <Text size="xs" c="dimmed" className="tabular">
                {duration(prompt.seconds * 1000)}
              </Text>
              {prompt.custom && <Pill meaning="info">{t('settings.sound.custom')}</Pill>}
            </Group>
            <Text size="xs" c="dimmed">
              {t(`settings.sound.about.${prompt.name}`, prompt.about ?? '')}
            </Text>
          </div>
          <Group gap="sm">
            <Button
              variant="default"
              leftSection={playing ? <IconPlayerStopFilled size={14} aria-hidden /> : <IconPlayerPlayFilled size={14} aria-hidden />}
              onClick={() => onPlay(!playing)}
              aria-label={`${act}: ${name}`}
            >
              {act}
            </Button>
            {!prompt.fixed && (
              <FileButton accept="audio/wav,audio/x-wav,.wav" onChange={(file) => file && put.mutate(file)}>
                {(props) => (
                  <Button variant="default" leftSection={<IconUpload size={16} aria-hidden />} loading={put.isPending} aria-label={`${t('settings.sound.replace')}: ${name}`} {...props}>
                    {t('settings.sound.replace')}
                  </Button>
                )}
              </FileButton>
            )}
            {prompt.custom && !prompt.fixed && (
              <AskFirst question={t('settings.sound.resetAsk')} yes={t('settings.sound.resetYes')} loading={reset.isPending} onYes={() => reset.mutate()}>
                {t('settings.sound.reset')}
              </AskFirst>
            )}
          </Group>
        </Group>
        {trouble && (
          <Alert variant="light" color="red" role="alert" p="sm">
            {trouble}
          </Alert>
        )}
      </Stack>
      {playing && <Playback src={`${prompt.url}?v=${version}`} onEnd={() => onPlay(false)} />}
    </li>
  );
}

function Playback({ src, onEnd }: { src: string; onEnd: () => void }) {
  const ended = useRef(onEnd);
  ended.current = onEnd;
  useEffect(() => {
    const audio = new Audio(src);
    audio.onended = () => ended.current();
    audio.play().catch((err: unknown) => {
      if (err instanceof DOMException && err.name === 'AbortError') return; // stopped before it began
      complain(err);
      ended.current();
    });
    return () => audio.pause();
  }, [src]);
  return null;
}
