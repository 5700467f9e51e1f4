import { type InfiniteData, QueryClient } from '@tanstack/react-query';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { keys } from '@/api/keys';
import type { Activity, Contact, LiveEvent, TimelinePage } from '@/api/schema';
import { CacheSwitch } from './cache';

let cache: QueryClient;
let live: CacheSwitch;
beforeEach(() => {
  cache = new QueryClient();
  live = new CacheSwitch(cache);
});

const event = (type: string, data: unknown) => ({ epoch: 'e', seq: 1, at: '', type, data }) as LiveEvent;
const contact = (version: number, name: string) => ({ id: 'k', version, name }) as Contact;
const note = (id: string, at: string, over: Partial<Activity> = {}) => ({ id, at, kind: 'note', seconds: 0, detail: {}, ...over }) as Activity;
const pages = (...items: Activity[]): InfiniteData<TimelinePage> => ({ pages: [{ items, pinned: [] }], pageParams: [''] });

describe('a changed card', () => {
  it('takes the place of the older in the card and in every list', () => {
    const list = { pages: [{ items: [contact(1, 'a'), { ...contact(1, 'other'), id: 'x' }] }], pageParams: [''] };
    cache.setQueryData(keys.contacts.one('k'), contact(1, 'a'));
    cache.setQueryData(keys.contacts.list({ sort: 'name' }), list);
    live.hear(event('contact.changed', { id: 'k', version: 2, contact: contact(2, 'b') }));
    expect(cache.getQueryData<Contact>(keys.contacts.one('k'))?.name).toBe('b');
    expect(cache.getQueryData<typeof list>(keys.contacts.list({ sort: 'name' }))?.pages[0]?.items.map((c) => c.name)).toEqual(['b', 'other']);
  });

  it('does not take the place of a newer one', () => {
    cache.setQueryData(keys.contacts.one('k'), contact(3, 'newest'));
    live.hear(event('contact.changed', { id: 'k', version: 2, contact: contact(2, 'older') }));
    expect(cache.getQueryData<Contact>(keys.contacts.one('k'))?.name).toBe('newest');
  });

  it('keeps its links, which are asked for again when they change', () => {
    const asked = vi.spyOn(cache, 'invalidateQueries');
    const linked = { ...contact(1, 'a'), companies: [{ id: 'c', name: 'Orient', position: '' }] };
    cache.setQueryData(keys.contacts.one('k'), linked);
    cache.setQueryData(keys.contacts.list({}), { pages: [{ items: [linked] }], pageParams: [''] });
    live.hear(event('contact.changed', { id: 'k', version: 2, fields: ['name'], contact: contact(2, 'b') }));
    expect(cache.getQueryData<Contact>(keys.contacts.one('k'))).toMatchObject({ name: 'b', companies: linked.companies });
    expect(cache.getQueryData<InfiniteData<{ items: Contact[] }>>(keys.contacts.list({}))?.pages[0]?.items[0]).toMatchObject({ name: 'b', companies: linked.companies });
    expect(asked).not.toHaveBeenCalled();
    live.hear(event('contact.changed', { id: 'k', version: 3, fields: ['companies'], contact: contact(3, 'b') }));
    expect(asked).toHaveBeenCalledWith({ queryKey: keys.contacts.one('k') });
  });

  it('leaves the lists when it may not be seen any more', () => {
    cache.setQueryData(keys.contacts.list({}), { pages: [{ items: [contact(1, 'a')] }], pageParams: [''] });
    live.hear(event('contact.changed', { id: 'k', version: 2, removed: true }));
    expect(cache.getQueryData<InfiniteData<{ items: Contact[] }>>(keys.contacts.list({}))?.pages[0]?.items).toEqual([]);
  });
});

it('asks for the list of cards when one is not in it, or was moved by a talk', () => {
  const asked = vi.spyOn(cache, 'invalidateQueries');
  cache.setQueryData(keys.contacts.list({}), { pages: [{ items: [contact(1, 'a')] }], pageParams: [''] });
  live.hear(event('contact.changed', { id: 'k', version: 2, contact: contact(2, 'b') }));
  expect(asked).not.toHaveBeenCalled();
  live.hear(event('contact.changed', { id: 'new', version: 1, contact: { ...contact(1, 'n'), id: 'new' } }));
  expect(asked).toHaveBeenCalledWith({ queryKey: ['contacts', 'list'] });
});

it('asks again for a card whose first answer was on its way when it changed', async () => {
  const answers: ((c: Contact) => void)[] = [];
  const query = { queryKey: keys.contacts.one('k'), queryFn: () => new Promise<Contact>((done) => answers.push(done)) };
  const first = cache.fetchQuery(query);
  live.hear(event('contact.changed', { id: 'k', version: 2, contact: contact(2, 'b') }));
  answers[0]?.(contact(1, 'a'));
  await first;
  await vi.waitFor(() => expect(cache.getQueryState(query.queryKey)?.isInvalidated).toBe(true));
});

describe('a trunk', () => {
  it('shows at once how it does', () => {
    const key = keys.office.part('trunks');
    cache.setQueryData(key, { items: [{ name: 'a' }, { name: 'b' }], revision: 'r' });
    live.hear(event('trunk.changed', { name: 'b', state: 'down' }));
    expect(cache.getQueryData(key)).toEqual({ items: [{ name: 'a' }, { name: 'b', status: { name: 'b', state: 'down' } }], revision: 'r' });
  });
});

describe('the timeline', () => {
  const key = keys.contacts.timeline('k');
  const shown = () => cache.getQueryData<InfiniteData<TimelinePage>>(key)!.pages[0]!;

  it('gets what is new in its place by time, once', () => {
    cache.setQueryData(key, pages(note('3', '2026-03'), note('1', '2026-01')));
    const change = event('activity.changed', { contact_id: 'k', activity: note('2', '2026-02') });
    live.hear(change);
    live.hear(change);
    expect(shown().items.map((x) => x.id)).toEqual(['3', '2', '1']);
  });

  it('does not get what belongs to a page that is not loaded', () => {
    cache.setQueryData(key, { pages: [{ items: [note('3', '2026-03')], pinned: [], next: 'n' }], pageParams: [''] });
    live.hear(event('activity.changed', { contact_id: 'k', activity: note('1', '2026-01') }));
    expect(shown().items.map((x) => x.id)).toEqual(['3']);
  });

  it('pins, unpins and removes', () => {
    cache.setQueryData(key, pages(note('1', '2026-01')));
    live.hear(event('activity.changed', { contact_id: 'k', activity: note('1', '2026-01', { pinned: true }) }));
    expect(shown().pinned?.map((x) => x.id)).toEqual(['1']);
    live.hear(event('activity.changed', { contact_id: 'k', activity: note('1', '2026-01', { pinned: false }) }));
    expect(shown().pinned).toEqual([]);
    live.hear(event('activity.changed', { contact_id: 'k', activity: note('1', '2026-01'), removed: true }));
    expect(shown().items).toEqual([]);
  });

  it('that shows one kind only gets that kind only', () => {
    const calls = keys.contacts.timeline('k', { kind: 'call' });
    cache.setQueryData(calls, pages());
    live.hear(event('activity.changed', { contact_id: 'k', activity: note('1', '2026-01') }));
    expect(cache.getQueryData<InfiniteData<TimelinePage>>(calls)?.pages[0]?.items).toEqual([]);
  });
});

it('asks again for everything after a gap', () => {
  cache.setQueryData(keys.calls.list({}), { pages: [], pageParams: [] });
  live.hear(event('snapshot', { offers: [], cards: [], calls: [], agents: [], queues: [] }));
  expect(cache.getQueryState(keys.calls.list({}))?.isInvalidated).toBe(true);
});

it('asks for a list at once, and then once a second however much goes on', () => {
  vi.useFakeTimers();
  const asked = vi.spyOn(cache, 'invalidateQueries');
  const lists = () => asked.mock.calls.filter(([f]) => JSON.stringify(f?.queryKey) === '["calls","list"]').length;
  for (let i = 0; i < 50; i++) live.hear(event('call.changed', { what: 'ended', call: { id: `c${i}` } }));
  expect(lists()).toBe(1);
  vi.advanceTimersByTime(1_000);
  expect(lists()).toBe(2);
  vi.advanceTimersByTime(5_000);
  expect(lists()).toBe(2);
  vi.useRealTimers();
});

it('counts a new line of the bell, once', () => {
  const bell = { pages: [{ items: [], unread: 2 }], pageParams: [''] };
  cache.setQueryData(keys.notifications, bell);
  const line = event('notification.added', { id: 'n1', kind: 'alarm', params: {}, created_at: '' });
  live.hear(line);
  live.hear(line);
  expect(cache.getQueryData<typeof bell>(keys.notifications)?.pages[0]).toMatchObject({ unread: 3, items: [{ id: 'n1' }] });
});
