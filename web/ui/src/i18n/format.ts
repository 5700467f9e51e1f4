import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { uzbekDates, uzbekRelative } from './uzbek';

/** Format writes dates, numbers and durations in the user's language. */
export interface Format {
  /** 14:05 */
  time(at: string | Date): string;
  /** 14:05:09 */
  clock(at: string | Date): string;
  /** Today 14:05, yesterday 14:05, 12 Nov 14:05, 12 Nov 2025 */
  when(at: string | Date, now?: Date): string;
  /** 12 November 2026 */
  day(at: string | Date): string;
  /** 12 Nov 2026, 14:05:09 */
  exact(at: string | Date): string;
  /** 3 minutes ago, in 2 hours */
  ago(at: string | Date, now?: Date): string;
  /** 1 234,5 */
  number(n: number, digits?: number): string;
  percent(share: number): string;
}

export function makeFormat(language: string, words: { today: string; yesterday: string; tomorrow: string }): Format {
  const make = (o: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language, o);
  const time = make({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const clock = make({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
  const uzbek = language === 'uz-Latn';
  const short = uzbek ? uzbekDates.short : make({ day: 'numeric', month: 'short' });
  const long = uzbek ? uzbekDates.long : make({ day: 'numeric', month: 'short', year: 'numeric' });
  const full = uzbek ? uzbekDates.full : make({ day: 'numeric', month: 'long', year: 'numeric' });
  const relative = uzbek ? uzbekRelative : new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });
  const date = (at: string | Date) => (at instanceof Date ? at : new Date(at));
  return {
    time: (at) => time.format(date(at)),
    clock: (at) => clock.format(date(at)),
    day: (at) => full.format(date(at)),
    exact: (at) => `${long.format(date(at))}, ${clock.format(date(at))}`,
    when(at, now = new Date()) {
      const d = date(at);
      const days = daysBetween(d, now);
      if (days === 0) return `${words.today} ${time.format(d)}`;
      if (days === 1) return `${words.yesterday} ${time.format(d)}`;
      if (days === -1) return `${words.tomorrow} ${time.format(d)}`;
      return d.getFullYear() === now.getFullYear() ? `${short.format(d)} ${time.format(d)}` : long.format(d);
    },
    ago(at, now = new Date()) {
      const days = -daysBetween(date(at), now);
      const seconds = (date(at).getTime() - now.getTime()) / 1000;
      const [size, unit] = units.find(([size]) => Math.abs(seconds) >= size) ?? [1, 'second' as const];
      return relative.format(unit === 'day' ? days : Math.round(seconds / size), unit);
    },
    number: (n, digits = 0) => new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(n),
    percent: (share) => new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 }).format(share),
  };
}

const units: [number, Intl.RelativeTimeFormatUnit][] = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
];

function daysBetween(a: Date, b: Date): number {
  const midnight = (d: Date) => new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime();
  return Math.round((midnight(b) - midnight(a)) / 86_400_000);
}

/** duration writes milliseconds as 0:07, 12:04 or 1:02:33. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

export function useFormat(): Format {
  const { t, i18n } = useTranslation();
  return useMemo(
    () => makeFormat(i18n.language, { today: t('i18n.today'), yesterday: t('i18n.yesterday'), tomorrow: t('i18n.tomorrow') }),
    [t, i18n.language],
  );
}
