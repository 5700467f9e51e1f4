import { Button, CloseButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Call } from '@/api/schema';
import { useFormat } from '@/i18n/format';
import { useWho } from '@/parts/call/who';
import { CallRecording } from '@/parts/player/CallRecording';
import classes from './NowPlaying.module.css';

/** NowPlaying is the strip below the list where a call is listened to while one looks for the next. */
export function NowPlaying({ call, onClose }: { call: Call; onClose: () => void }) {
  const { t } = useTranslation();
  const f = useFormat();
  const who = useWho();
  return (
    <section className={classes.strip} aria-label={t('calls.playing')} onKeyDown={(e) => e.key === 'Escape' && onClose()}>
      <div className={classes.what}>
        <span className={classes.who}>{who(call)}</span>
        <span className={classes.when}>
          {call.agent_name} · {f.when(call.started_at)}
        </span>
      </div>
      <div className={classes.player}>
        <CallRecording key={call.id} call={call} compact autoPlay />
      </div>
      <Button component={Link} to={`/calls/${call.id}`} variant="subtle" className={classes.open}>
        {t('calls.open')}
      </Button>
      <CloseButton aria-label={t('ui.close')} onClick={onClose} />
    </section>
  );
}
