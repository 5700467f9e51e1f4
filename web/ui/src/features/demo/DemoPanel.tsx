import { Button, Collapse, Group, List, Menu, Progress, Text, UnstyledButton } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconChevronDown, IconChevronUp, IconCircle, IconCircleCheckFilled, IconCircleDot, IconPhoneIncoming } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import { Panel } from '@/ui/Panel';
import { complain, notice } from '@/ui/notice';
import { prettyPhone } from '@/ui/phone';
import classes from './DemoPanel.module.css';
import { type Guide, next, type Step, steps } from './guide';
import { demoQuery, letCall } from './queries';
import { useGuide } from './useGuide';

const callers = ['known', 'shared', 'anonymous'] as const;

/** DemoPanel lets clients of the demo office call, and leads a newcomer through his first call. */
export function DemoPanel({ onOpen }: { onOpen: (path: string) => void }) {
  const { t } = useTranslation();
  const { data: demo } = useQuery(demoQuery);
  const { guide, restart } = useGuide();
  const [open, setOpen] = useLocalStorage({ key: 'callcard.demo', defaultValue: true, getInitialValueInEffect: false });
  const call = useMutation({
    mutationFn: letCall,
    onSuccess: ({ from }) => notice(from ? t('demo.calls', { number: prettyPhone(from) }) : t('demo.callsHidden')),
    onError: complain,
  });
  if (!demo) return null;
  return (
    <Panel
      title={t('demo.title')}
      actions={
        <UnstyledButton className={classes.fold} onClick={() => setOpen(!open)} aria-expanded={open}>
          {t(open ? 'demo.hide' : 'demo.show')} {open ? <IconChevronUp size={16} aria-hidden /> : <IconChevronDown size={16} aria-hidden />}
        </UnstyledButton>
      }
    >
      <Group gap="sm">
        <Button leftSection={<IconPhoneIncoming size={16} aria-hidden />} onClick={() => call.mutate('new')} loading={call.isPending && call.variables === 'new'}>
          {t('demo.new')}
        </Button>
        <Menu>
          <Menu.Target>
            <Button variant="default" rightSection={<IconChevronDown size={14} aria-hidden />}>
              {t('demo.others')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {callers.map((c) => (
              <Menu.Item key={c} onClick={() => call.mutate(c)}>
                {t(`demo.caller.${c}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
        <DemoLanguage />
      </Group>
      <Collapse expanded={open}>
        <Text size="sm" c="dimmed" mt="sm">
          {t('demo.about', { phones: demo.numbers.map((n) => prettyPhone(n.number)).join(', ') })}
        </Text>
        <Steps guide={guide} onOpen={onOpen} onAgain={() => call.mutate(guide.contact ?? 'known')} />
        {!next(guide) && (
          <Button variant="subtle" mt="xs" onClick={restart}>
            {t('demo.restart')}
          </Button>
        )}
      </Collapse>
    </Panel>
  );
}

function Steps({ guide, onOpen, onAgain }: { guide: Guide; onOpen: (path: string) => void; onAgain: () => void }) {
  const { t } = useTranslation();
  const at = next(guide);
  const act: Partial<Record<Step, (() => void) | undefined>> = {
    recording: guide.call ? () => onOpen(`/calls/${guide.call}`) : undefined,
    again: at === 'again' ? onAgain : undefined,
  };
  return (
    <List spacing={4} mt="sm" size="sm" center className={classes.steps} listStyleType="none" aria-label={t('demo.steps')}>
      {steps.map((s) => {
        const done = guide.done.includes(s);
        const Icon = done ? IconCircleCheckFilled : s === at ? IconCircleDot : IconCircle;
        return (
          <List.Item key={s} icon={<Icon size={18} aria-hidden className={classes.icon} data-done={done || undefined} data-at={s === at || undefined} />} aria-current={s === at ? 'step' : undefined}>
            <span className={classes.step} data-at={s === at || undefined}>
              {t(`demo.step.${s}`)}
              {act[s] && (done || s === at) && (
                <Button variant="subtle" size="compact-sm" onClick={act[s]}>
                  {t(`demo.act.${s}`)}
                </Button>
              )}
            </span>
          </List.Item>
        );
      })}
    </List>
  );
}

/** DemoLanguage puts the demo's clients into another language; those that somebody has changed stay. */
function DemoLanguage() {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const { data: demo } = useQuery(demoQuery);
  const change = useMutation({
    mutationFn: (language: 'ru' | 'uz' | 'en') => answer(api.POST('/demo/language', { body: { language } })),
    onSuccess: (now) => cache.setQueryData(keys.demo, now),
    onError: complain,
  });
  if (!demo) return null;
  if (demo.rewriting) {
    const { done, total } = demo.rewriting;
    return <Progress w={160} value={(100 * done) / Math.max(1, total)} aria-label={t('demo.rewriting')} />;
  }
  return (
    <Menu>
      <Menu.Target>
        <Button variant="subtle" rightSection={<IconChevronDown size={14} aria-hidden />}>
          {t('demo.language', { language: t(`demo.languages.${demo.language}`) })}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(['ru', 'uz', 'en'] as const).map((l) => (
          <Menu.Item key={l} onClick={() => change.mutate(l)} disabled={l === demo.language}>
            {t(`demo.languages.${l}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
