import { useTranslation } from 'react-i18next';
import type { Quality as Leg } from '@/api/schema';
import { useFormat } from '@/i18n/format';
import { Pill } from '@/ui/Meaning';
import { Panel } from '@/ui/Panel';
import classes from './CallPage.module.css';
import { gradeMeaning, gradeOf, lossOf } from './quality';

/** Quality is how each side's sound reached us. */
export function Quality({ quality }: { quality: Leg[] }) {
  const { t } = useTranslation();
  const f = useFormat();
  return (
    <Panel title={t('calls.quality.title')}>
      {quality.map((leg) => {
        const grade = gradeOf(leg.mos);
        return (
          <div key={leg.leg ?? leg.party} className={classes.leg}>
            <div className={classes.legHead}>
              <span>{leg.party === 'caller' ? t('player.speaker.client') : t('player.speaker.agent')}</span>
              <Pill meaning={gradeMeaning[grade]}>{t(`calls.quality.${grade}`)}</Pill>
            </div>
            <dl className={classes.facts}>
              <dt>{t('calls.quality.loss')}</dt>
              <dd>{f.number(lossOf(leg) * 100, 2)} %</dd>
              <dt>{t('calls.quality.jitter')}</dt>
              <dd>{t('calls.ms', { ms: f.number(leg.jitter_ms, 1) })}</dd>
              {leg.rtt_ms !== undefined && leg.rtt_ms > 0 && (
                <>
                  <dt>{t('calls.quality.rtt')}</dt>
                  <dd>{t('calls.ms', { ms: f.number(leg.rtt_ms) })}</dd>
                </>
              )}
              <dt>MOS</dt>
              <dd>{f.number(leg.mos, 2)}</dd>
            </dl>
          </div>
        );
      })}
    </Panel>
  );
}
