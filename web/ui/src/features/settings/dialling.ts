import type { Dialling, OfficeUnit, WantedOffice } from '@/api/schema';

/** Kinds of numbers that a rule can open at once (crm/office/dialling.go). */
export const kinds = ['national', 'international', 'premium'] as const;

/** Roles that are often allowed more than the others. */
export const roleOpens = ['supervisor', 'admin'] as const;

/** perHourMost is the most calls within an hour that the server lets a rule say. */
export const perHourMost = 1000;

export interface DiallingValues {
  /** The office has rules of its own. */
  own: boolean;
  allow: string[];
  deny: string[];
  roles: { agent: string[]; supervisor: string[]; admin: string[] };
  trunks: string[];
  caller_id: string;
  per_hour: number;
}

// Whoever begins rules of his own begins with those that hold now.
export function diallingValues(o?: OfficeUnit): DiallingValues {
  const d: Partial<Dialling> = o?.dialling ?? o?.effective_dialling ?? {};
  return {
    own: o?.dialling !== undefined,
    allow: d.allow ?? [],
    deny: d.deny ?? [],
    roles: { agent: d.roles?.agent ?? [], supervisor: d.roles?.supervisor ?? [], admin: d.roles?.admin ?? [] },
    trunks: d.trunks ?? [],
    caller_id: d.caller_id ?? '',
    per_hour: d.per_hour ?? 60,
  };
}

const some = <T>(list: T[]): T[] | undefined => (list.length ? list : undefined);

/** declareDialling says the rules, or that those of the office above hold. */
export function declareDialling(v: DiallingValues): Pick<WantedOffice, 'dialling' | 'inherit_dialling'> {
  if (!v.own) return { inherit_dialling: true };
  const roles = Object.fromEntries(Object.entries(v.roles).filter(([, opened]) => opened.length > 0));
  return {
    dialling: {
      allow: v.allow,
      deny: some(v.deny),
      roles: Object.keys(roles).length ? roles : undefined,
      trunks: some(v.trunks),
      caller_id: v.caller_id.trim() || undefined,
      per_hour: v.per_hour,
    },
  };
}

const isKind = (rule: string) => kinds.some((k) => k === rule);

/** withKind opens a kind of numbers, or not; the kinds stand first, in their order. */
export const withKind = (rules: string[], kind: string, on: boolean): string[] => [
  ...kinds.filter((k) => (k === kind ? on : rules.includes(k))),
  ...rules.filter((r) => !isKind(r)),
];

/** withPrefixes puts prefixes, as people type them, in the place of those that were there. */
export const withPrefixes = (rules: string[], prefixes: string[]): string[] => [
  ...rules.filter(isKind),
  ...new Set(prefixes.map((p) => p.replace(/[^+\d]/g, '')).filter((p) => p !== '')),
];
