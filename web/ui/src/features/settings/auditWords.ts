import type { TFunction } from 'i18next';
import { languageNames } from '@/i18n/language';
import { prettyPhone } from '@/ui/phone';
import { fieldLabel, type FieldLine, valueWords } from './changeWords';

const hidden = '[secret]'; // what the server writes in place of a secret

/** auditTitle says what was done to what: "Queue sales: changed". */
export function auditTitle(t: TFunction, object: string, action: string, name?: string): string {
  return `${objectWords(t, object)}${name ? ` ${name}` : ''}: ${actionWords(t, action)}`;
}

export const objectWords = (t: TFunction, object: string) => t(`settings.audited.${object}`, object);
export const actionWords = (t: TFunction, action: string) => t(`settings.done.${action}`, action.replaceAll('_', ' '));

/**
 * auditFields puts the fields of a line of the audit into words; `names` are those of
 * the ids that are known, `exact` writes a time. Which version a row has is nobody's business.
 */
export function auditFields(
  t: TFunction,
  object: string,
  fields: { field: string; from: unknown; to: unknown }[],
  names?: ReadonlyMap<string, string>,
  exact: (iso: string) => string = (iso) => iso,
): FieldLine[] {
  const named = (value: unknown) => (typeof value !== 'string' ? value : (names?.get(value) ?? (isTime.test(value) ? exact(value) : value)));
  return fields
    .filter(({ field }) => field !== 'version')
    .map(({ field, ...values }) => ({ field: plain(field), ...values }))
    .map(({ field, from, to }) => ({
      label: fieldLabel(t, field, object),
      from: said(t, field, named(from)),
      to: said(t, field, named(to)),
      secret: from === hidden || to === hidden,
    }));
}

const isTime = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/;

// plain is the field's kind without which note it was, or that the office has made it itself.
const plain = (field: string) => field.replace(/^note\.[^.]+\./, '').replace(/^note\..*/, 'note').replace(/^custom\./, '');

// What a card has, besides what the office has.
function cardWords(t: TFunction, field: string, value: string): string | undefined {
  switch (field) {
    case 'kind':
      return t(`contacts.kinds.${value}`, value);
    case 'types':
      return t(`contacts.types.${value}`, value);
    case 'lang':
      return languageNames[value as keyof typeof languageNames];
    case 'channels':
      return value.startsWith('phone:') ? prettyPhone(value.slice('phone:'.length)) : value.replace(/^[a-z]+:/, '');
    default:
      return undefined;
  }
}

function said(t: TFunction, field: string, value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return value === '' ? undefined : (cardWords(t, field, value) ?? valueWords(t, field, value));
    case 'number':
      return String(value);
    case 'boolean':
      return t(value ? 'settings.yes' : 'settings.no');
    case 'object':
      if (value === null || (Array.isArray(value) && value.length === 0)) return undefined;
      return Array.isArray(value) ? value.map((v) => said(t, field, v) ?? '—').join(', ') : JSON.stringify(value);
    default:
      return undefined;
  }
}
