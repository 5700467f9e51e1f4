import type { TFunction } from 'i18next';
import { ApiProblem, Offline } from '@/api/problem';

/** errorWords says in the user's language what went wrong and what to do. */
export function errorWords(t: TFunction, err: unknown): string {
  if (err instanceof Offline) return t('ui.error.offline');
  if (err instanceof ApiProblem) {
    switch (err.code) {
      case 'unavailable':
        return t('ui.error.unavailable');
      case 'internal':
        return t('ui.error.internal');
      case 'too_many':
        return t('ui.error.tooMany');
      case 'forbidden':
        return t('ui.error.forbidden');
      default:
        return err.message; // the server's own sentence says what is wrong with the input
    }
  }
  return t('ui.error.unknown');
}
