import { Button } from '@mantine/core';
import { IconBrowser, IconPhone } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Call } from '@/api/schema';
import { Dot, type Meaning } from '@/ui/Meaning';
import type { Quality } from '@/softphone/quality';
import classes from './Dock.module.css';
import { SoundButton } from './SoundButton';
import type { BrowserPhone } from './useBrowserPhone';

/** TalkLine says where one talks and how well one is heard; always one line high. */
export function TalkLine({ call, browser }: { call: Call; browser: BrowserPhone }) {
  const { t } = useTranslation();
  const { talk, remote, softphone, quality, line } = browser;
  const mine = talk?.call === call.id ? talk : undefined;
  const at = mine?.at ?? (line.at === 'connecting' ? 'connecting' : call.lost_at ? 'lost' : 'desk');
  const here = at === 'talking' || at === 'held';
  const Icon = at === 'desk' ? IconPhone : IconBrowser;
  return (
    <div className={classes.talkLine} role="status">
      <Icon size={16} aria-hidden />
      <span className={classes.talkWords}>
        {here && mine && 'muted' in mine && mine.muted ? t('dock.talking.muted') : t(`dock.talking.where.${here ? (remote ? 'tab' : 'browser') : at === 'over' || at === 'ringing' ? 'desk' : at}`)}
      </span>
      {here && quality && <QualityMark quality={quality} />}
      {remote && here && (
        <Button variant="default" size="compact-sm" onClick={() => softphone?.tell({ type: 'takeOver' })}>
          {t('dock.phone.takeOver')}
        </Button>
      )}
      {here && !remote && <SoundButton />}
    </div>
  );
}

/** QualityMark: a dot, and in words where it hurts. */
function QualityMark({ quality: { mos, where } }: { quality: Quality }) {
  const { t } = useTranslation();
  const meaning: Meaning = mos >= 4 ? 'ok' : mos >= 3.4 ? 'wait' : 'bad';
  return (
    <span className={classes.quality} data-meaning={meaning} title={t('dock.talking.mos', { mos: mos.toFixed(1) })}>
      <Dot meaning={meaning} />
      {t(`dock.talking.quality.${where ?? 'good'}`)}
    </span>
  );
}
