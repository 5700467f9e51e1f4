import { useSession } from '@/api/session';

export type Formatter = (typed: string) => string;

// Where people write numbers without the code of their country, and which it is.
const countries: Record<string, string> = { 'Asia/Tashkent': 'UZ', 'Asia/Samarkand': 'UZ', 'Europe/Moscow': 'RU', 'Asia/Almaty': 'KZ', 'Asia/Bishkek': 'KG', 'Asia/Dushanbe': 'TJ' };

/** loadFormatter brings the shapes of the world's numbers: 32 KB, so only when somebody types one. */
export async function loadFormatter(timezone: string): Promise<Formatter> {
  const { AsYouType } = await import('libphonenumber-js/min');
  return (typed) => new AsYouType(countries[timezone] as 'UZ' | undefined).input(typed);
}

/** useNumberCountry tells loadFormatter where the user is. */
export const useNumberCountry = () => useSession().user.timezone;

/**
 * formatTyped groups the digits of what has just been typed at the end of a field.
 * What is deleted, pasted into the middle or no number at all stays as it is, so that
 * the cursor never jumps.
 */
export function formatTyped(next: string, before: string, caret: number | null, format: Formatter): string {
  const deleted = next.length < before.length;
  const atEnd = caret === null || caret === next.length;
  if (deleted || !atEnd || !/^\+?[\d\s()-]*$/.test(next)) return next;
  return format(next);
}

/** enough: so many digits may be a whole number, of which it makes sense to ask. */
export const enough = (typed: string) => typed.replace(/\D/g, '').length >= 7;
