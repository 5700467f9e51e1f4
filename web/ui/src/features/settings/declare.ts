// From what the server has to the values of a form, and from these to the entry of an
// office file that says the same. The forms' fields are named as the file's are, so that
// what the server says of an entry's field lands on the form's.
import type { Number as Dialled, OfficeUnit, OfficeUser, QueuePolicy, Trunk, WantedNumber, WantedOffice, WantedPerson, WantedQueue, WantedTrunk } from '@/api/schema';
import { declareDialling, diallingValues, type DiallingValues } from './dialling';

type Role = NonNullable<WantedPerson['role']>;
type Locale = NonNullable<WantedPerson['locale']>;
type Strategy = NonNullable<WantedQueue['strategy']>;
type WrapUpUntil = NonNullable<WantedQueue['wrap_up_until']>;
type PreviousMode = NonNullable<NonNullable<WantedQueue['previous_manager']>['mode']>;

export const strategies: Strategy[] = ['least-busy', 'longest-idle', 'fewest-calls', 'round-robin', 'linear', 'ring-all', 'random'];
export const wrapUps: WrapUpUntil[] = ['time', 'outcome'];
export const previousModes: PreviousMode[] = ['last-spoken', 'owner', 'off'];

export interface OfficeValues {
  name: string;
  parent: string;
  timezone: string;
  region: string;
  dialling: DiallingValues;
}
export interface PersonValues {
  login: string;
  name: string;
  role: string;
  office: string;
  locale: string;
  extension: string;
  sip_password: string; // empty: as it is
  auto_available: boolean;
  blocked: boolean;
}
export interface QueueValues {
  name: string;
  office: string;
  agents: string[];
  strategy: Strategy;
  previous_manager: { mode: PreviousMode; wait: number };
  ring: number; // seconds, as all durations here
  wrap_up: number;
  wrap_up_until: WrapUpUntil;
  callback_to: string;
  max_wait: number;
  record: boolean;
  priority: number;
}
export interface NumberValues {
  number: string;
  queue: string;
  office: string;
  source: string;
}
export interface TrunkValues {
  name: string;
  hosts: string[];
  registers: boolean;
  register: { server: string; user: string; password: string };
  region: string;
  area_code: string;
  max_calls: number;
  disabled: boolean;
}

export const officeValues = (o?: OfficeUnit): OfficeValues => ({
  name: o?.name ?? '',
  parent: o?.parent ?? '',
  timezone: o?.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
  region: o?.region ?? '',
  dialling: diallingValues(o),
});

export const personValues = (u: OfficeUser): PersonValues => ({
  login: u.login,
  name: u.name,
  role: u.role,
  office: u.office,
  locale: u.locale ?? '',
  extension: u.extension ?? '',
  sip_password: '',
  auto_available: u.auto_available,
  blocked: u.blocked_at !== undefined,
});

export const queueValues = (q?: QueuePolicy): QueueValues => ({
  name: q?.name ?? '',
  office: q?.office ?? '',
  agents: q?.agents ?? [],
  strategy: q?.strategy ?? 'least-busy',
  previous_manager: { mode: q?.previous_manager ?? 'last-spoken', wait: (q?.previous_wait_ms ?? 20_000) / 1000 },
  ring: (q?.ring_ms ?? 20_000) / 1000,
  wrap_up: (q?.wrap_up_ms ?? 10_000) / 1000,
  wrap_up_until: q?.wrap_up_until ?? 'time',
  callback_to: q?.callback_to ?? '',
  max_wait: (q?.max_wait_ms ?? 0) / 1000,
  record: q?.record ?? true,
  priority: q?.priority ?? 0,
});

export const numberValues = (n?: Dialled): NumberValues => ({ number: n?.number ?? '', queue: n?.queue ?? '', office: n?.office ?? '', source: n?.source ?? '' });

export const trunkValues = (t?: Trunk): TrunkValues => ({
  name: t?.name ?? '',
  hosts: t?.hosts ?? [],
  registers: t?.server !== undefined,
  register: { server: t?.server ?? '', user: t?.user ?? '', password: '' },
  region: t?.region ?? '',
  area_code: t?.area_code ?? '',
  max_calls: t?.max_calls ?? 0,
  disabled: t?.disabled ?? false,
});

/** given leaves a field out when it is empty: the file's way to say "none". */
const given = <T extends string>(text: T): T | undefined => (text.trim() === '' ? undefined : (text.trim() as T));

/** named gives an entry its name: that of the object as it is, and the new one if it gets one. */
const named = (is: string | undefined, name: string) => {
  const wanted = name.trim();
  return { name: is ?? wanted, rename_to: is !== undefined && is !== wanted ? wanted : undefined };
};

const seconds = (n: number) => `${n}s`;

/** `is` is the object's name as it is now; missing for a new one. */
export const declareOffice = (v: OfficeValues, is?: string): WantedOffice => ({
  ...named(is, v.name),
  parent: given(v.parent),
  timezone: v.timezone,
  region: given(v.region),
  ...declareDialling(v.dialling),
});

export const declarePerson = (v: PersonValues): WantedPerson => ({
  login: v.login,
  name: v.name.trim(),
  role: v.role as Role, // a role of one's own is told off by the server
  office: given(v.office),
  locale: given(v.locale as Locale),
  extension: given(v.extension),
  sip_password: given(v.sip_password),
  auto_available: v.auto_available || undefined,
  blocked: v.blocked || undefined,
});

export const declareQueue = (v: QueueValues, is?: string): WantedQueue => ({
  ...named(is, v.name),
  office: given(v.office),
  agents: v.agents,
  strategy: v.strategy,
  previous_manager: { mode: v.previous_manager.mode, wait: seconds(v.previous_manager.wait) },
  ring: seconds(v.ring),
  wrap_up: seconds(v.wrap_up),
  wrap_up_until: v.wrap_up_until,
  callback_to: given(v.callback_to),
  max_wait: seconds(v.max_wait),
  record: v.record,
  priority: v.priority,
});

export const declareNumber = (v: NumberValues): WantedNumber => ({
  number: v.number.trim(),
  queue: given(v.queue),
  office: given(v.office),
  source: given(v.source),
});

export const declareTrunk = (v: TrunkValues, is?: string): WantedTrunk => ({
  ...named(is, v.name),
  hosts: v.hosts.length ? v.hosts : undefined,
  register: v.registers ? { server: v.register.server.trim(), user: v.register.user.trim(), password: given(v.register.password) } : undefined,
  region: given(v.region),
  area_code: given(v.area_code),
  max_calls: v.max_calls || undefined,
  disabled: v.disabled || undefined,
});

/** fieldOf is the form's field that the server blames: "queues[0].previous_manager.wait" -> "previous_manager.wait". */
export const fieldOf = (blamed: string) => blamed.replace(/^\w+\[\d+\]\.?/, '').replace(/\[\d+\].*$/, '');
