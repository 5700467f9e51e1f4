export const dueNames = ['hour', 'tomorrow', 'week'] as const;
export type DueName = (typeof dueNames)[number];

const morning = 9;

/** dueAt is when a call-back is due that is put off until then: mornings are at nine, the user's time. */
export function dueAt(name: DueName, now: Date): Date {
  if (name === 'hour') return new Date(now.getTime() + 3_600_000);
  const at = new Date(now);
  at.setDate(at.getDate() + (name === 'tomorrow' ? 1 : 7));
  at.setHours(morning, 0, 0, 0);
  return at;
}
