import type { TFunction } from 'i18next';
import { kinds } from './dialling';

/** openedWords says what may be called: "numbers of the country, +7, 1055". */
export const openedWords = (t: TFunction, rules: string[]): string =>
  rules.map((rule) => (kinds.some((k) => k === rule) ? t(`settings.dialling.kind.${rule as (typeof kinds)[number]}`) : rule)).join(', ');
