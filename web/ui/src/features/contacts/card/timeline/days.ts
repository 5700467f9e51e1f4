/** byDay groups what is sorted by time by the user's own days, named 2026-11-25. */
export function byDay<T extends { at: string }>(items: T[]): [string, T[]][] {
  const days: [string, T[]][] = [];
  for (const x of items) {
    const day = dayOf(new Date(x.at));
    const last = days.at(-1);
    if (last?.[0] === day) last[1].push(x);
    else days.push([day, [x]]);
  }
  return days;
}

/** dayOf names the day of a moment where the user is. */
export function dayOf(at: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
