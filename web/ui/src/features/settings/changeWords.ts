import type { TFunction } from 'i18next';
import type { Change } from '@/api/schema';
import { languageNames } from '@/i18n/language';
import { openedWords } from './diallingWords';

/** ChangeLine is a difference as people read it. */
export interface ChangeLine {
  action: 'create' | 'update' | 'remove';
  /** "Queue sales" */
  title: string;
  fields: FieldLine[];
}
export interface FieldLine {
  label: string;
  /** Missing: there was nothing, or nobody may see it. */
  from?: string;
  /** Missing: there will be nothing. */
  to?: string;
  /** Only that it changes is told. */
  secret: boolean;
}

/** changeLine puts a difference of the office into words. */
export function changeLine(t: TFunction, c: Change): ChangeLine {
  return {
    action: c.action,
    title: `${t(`settings.object.${c.object}`)} ${c.name}`,
    // Of a new object only what is unusual enough to be said: empty fields are not.
    fields: c.fields
      .filter((f) => c.action !== 'create' || f.secret || f.to !== '')
      .map((f) => ({
        label: fieldLabel(t, f.field, c.object),
        from: f.secret || c.action === 'create' ? undefined : valueWords(t, f.field, f.from),
        to: f.secret ? undefined : valueWords(t, f.field, f.to),
        secret: f.secret ?? false,
      })),
  };
}

/** fieldLabel is the name of a field of the office file or of a row; one that has no words stays as it is. */
export function fieldLabel(t: TFunction, field: string, object: string): string {
  if (field === 'name' && !people.has(object)) return t('settings.field.title');
  return t(`settings.field.${field.replaceAll('.', '_')}`, field.replaceAll('_', ' '));
}

// What has a name as people have one; in other languages things have another word for it.
const people = new Set(['user', 'users', 'contacts']);

const durations = new Set(['ring', 'wrap_up', 'max_wait', 'previous_manager.wait']);
const flags = new Set(['record', 'auto_available', 'blocked', 'disabled']);

/** valueWords says a value of the office file; nothing for an empty one. */
export function valueWords(t: TFunction, field: string, value: string): string | undefined {
  if (flags.has(field)) return t(value === 'yes' || value === 'true' ? 'settings.yes' : 'settings.no');
  if (durations.has(field)) {
    const seconds = readDuration(value);
    if (field === 'max_wait' && seconds === 0) return t('settings.queue.maxWaitNever');
    return seconds === undefined ? value : durationWords(t, seconds);
  }
  if (value === '') return undefined;
  if (field === 'dialling.allow' || field.startsWith('dialling.roles.')) return openedWords(t, value.split(', '));
  switch (field) {
    case 'strategy':
      return t(`settings.strategy.${value}.name`, value);
    case 'wrap_up_until':
      return t(`settings.wrapUp.${value}.name`, value);
    case 'previous_manager.mode':
      return t(`settings.previous.${value}.name`, value);
    case 'role':
      return t(`settings.role.${value}.name`, value);
    case 'locale':
      return languageNames[value as keyof typeof languageNames] ?? value;
    default:
      return value;
  }
}

/** readDuration reads 1h2m3s as the server writes it, in seconds. */
export function readDuration(text: string): number | undefined {
  const parts = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?$/.exec(text);
  if (!parts || text === '') return undefined;
  const [, h = '0', m = '0', s = '0'] = parts;
  return Number(h) * 3600 + Number(m) * 60 + Number(s);
}

/** durationWords: 20 s, 5 min, 1 min 30 s, 1 h. */
export function durationWords(t: TFunction, seconds: number): string {
  const parts: [number, string][] = [
    [Math.floor(seconds / 3600), t('settings.unit.h')],
    [Math.floor(seconds / 60) % 60, t('settings.unit.min')],
    [seconds % 60, t('settings.unit.s')],
  ];
  const said = parts.filter(([n]) => n > 0);
  return (said.length ? said : parts.slice(2)).map(([n, unit]) => `${n} ${unit}`).join(' ');
}
