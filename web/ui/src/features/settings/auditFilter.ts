/** AuditFilter is what of the audit is shown; it stands in the address. */
export interface AuditFilter {
  user?: string;
  object?: string;
  action?: string;
  /** Days of the viewer's calendar, as 2026-11-25. */
  since?: string;
  until?: string;
}

const names = ['user', 'object', 'action', 'since', 'until'] as const;

/** readFilter takes from an address what it can use. */
export function readFilter(search: Record<string, unknown>): AuditFilter {
  const read = (name: (typeof names)[number]): string | undefined => {
    const value = search[name];
    if (typeof value !== 'string' || value === '') return undefined;
    return (name === 'since' || name === 'until') && !/^\d{4}-\d{2}-\d{2}$/.test(value) ? undefined : value;
  };
  const filter: AuditFilter = {};
  for (const name of names) {
    const value = read(name);
    if (value !== undefined) filter[name] = value;
  }
  return filter;
}

/** asQuery gives what the server is asked: from the first day's midnight to the end of the last. */
export function asQuery({ user, object, action, since, until }: AuditFilter) {
  return { user, object, action, since: midnight(since, 0), until: midnight(until, 1) };
}

function midnight(day: string | undefined, later: number): string | undefined {
  if (!day) return undefined;
  const [y, m, d] = day.split('-').map(Number);
  const at = new Date(y!, m! - 1, d! + later);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
