/** When something is to be done, in a word. */
export const presets = ['hour', 'today', 'tomorrow', 'week'] as const;
export type Preset = (typeof presets)[number];

const morning = 9;
const evening = 18;

/**
 * dueOf is the moment that a preset means: in an hour; today at the end of the working
 * day, when that is over in an hour; tomorrow and on Monday of the next week at nine.
 * The user's own time.
 */
export function dueOf(preset: Preset, now: Date): Date {
  const inAnHour = new Date(now.getTime() + 3_600_000);
  const at = new Date(now);
  switch (preset) {
    case 'hour':
      return inAnHour;
    case 'today':
      at.setHours(evening, 0, 0, 0);
      return at > now ? at : inAnHour;
    case 'tomorrow':
      at.setDate(at.getDate() + 1);
      break;
    case 'week':
      at.setDate(at.getDate() + (8 - (at.getDay() || 7)));
      break;
  }
  at.setHours(morning, 0, 0, 0);
  return at;
}

/** dueOn is nine in the morning of a day that was picked ("2026-11-25"), or in an hour when that is over. */
export function dueOn(day: string, now: Date): Date | undefined {
  const at = new Date(`${day}T0${morning}:00`);
  if (Number.isNaN(at.getTime())) return undefined;
  return at > now || at.toDateString() !== now.toDateString() ? at : dueOf('hour', now);
}
