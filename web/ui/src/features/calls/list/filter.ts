import type { operations } from '@/api/schema';

type Query = NonNullable<operations['listCalls']['parameters']['query']>;

export const periods = ['today', 'yesterday', 'week', 'month'] as const;
export const directions = ['inbound', 'outbound', 'internal'] as const;
export const results = ['answered', 'missed', 'abandoned', 'unanswered', 'rejected', 'media_lost', 'failed', 'interrupted'] as const;

/** CallFilter is what the list shows; it stands in the address, so that a link is a saved view. */
export interface CallFilter {
  q?: string;
  period?: (typeof periods)[number] | 'range';
  /** Of a range, days as 2026-11-25, both included; one may be missing. */
  from?: string;
  to?: string;
  direction?: (typeof directions)[number];
  result?: (typeof results)[number];
  agent?: string;
  queue?: string;
  source?: string;
  recorded?: true;
}

const oneOf = <T extends string>(list: readonly T[], x: unknown): T | undefined => list.find((y) => y === x);
const text = (x: unknown) => (typeof x === 'string' || typeof x === 'number' ? String(x).trim() || undefined : undefined);
const day = (x: unknown) => (typeof x === 'string' && /^\d{4}-\d\d-\d\d$/.test(x) && !Number.isNaN(Date.parse(x)) ? x : undefined);

/** readFilter takes from an address what it understands, and forgets the rest. */
export function readFilter(search: Record<string, unknown>): CallFilter {
  const period = oneOf([...periods, 'range'], search.period);
  return trim({
    q: text(search.q),
    period,
    from: period === 'range' ? day(search.from) : undefined,
    to: period === 'range' ? day(search.to) : undefined,
    direction: oneOf(directions, search.direction),
    result: oneOf(results, search.result),
    agent: text(search.agent),
    queue: text(search.queue),
    source: text(search.source),
    recorded: search.recorded === true || undefined,
  });
}

/** changed is a filter after a change, without what is empty. */
export const changed = (filter: CallFilter, change: Partial<CallFilter>): CallFilter => readFilter({ ...filter, ...change });

/** narrowings counts what a filter leaves out, besides the words that are searched for. */
export const narrowings = (filter: CallFilter): number => Object.keys(trim({ ...filter, q: undefined, from: undefined, to: undefined })).length;

/** askFor is the filter as the server wants it; days begin at the user's midnight. */
export function askFor(filter: CallFilter, now: Date): Query {
  const { period, from, to, ...rest } = filter;
  const midnight = (days: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);
  const of = (d: string | undefined, days: number) => {
    if (!d) return undefined;
    const [y, m, date] = d.split('-').map(Number);
    return new Date(y!, m! - 1, date! + days);
  };
  const [since, until] = {
    today: [midnight(0)],
    yesterday: [midnight(-1), midnight(0)],
    week: [midnight(-6)],
    month: [new Date(now.getFullYear(), now.getMonth(), 1)],
    range: [of(from, 0), of(to, 1)],
    all: [],
  }[period ?? 'all'];
  return trim({ ...rest, since: since?.toISOString(), until: until?.toISOString() });
}

function trim<T extends object>(x: T): T {
  return Object.fromEntries(Object.entries(x).filter(([, v]) => v !== undefined)) as T;
}
