import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import { keys } from '@/api/keys';
import type { Activity, ActivityChange, CallChange, Contact, ContactChange, LiveEvent, Notification, NotificationPage, TaskChange, TimelinePage, Trunk, TrunkStatus } from '@/api/schema';
import { dropped, fromLists, inAnyList, inLists, replaced } from './lists';

const rest = 1_000; // between two questions for the same list

/** Who may see a card need not see whom it is linked to: events do not tell that. */
const linksOf = ({ companies, people, people_count }: Contact) => ({ companies, people, people_count });

/**
 * CacheSwitch is the one switch from live events to the query cache: what an event
 * tells is written in; what it only makes old is asked for again, if it is on the
 * screen. On a busy floor many events make one list old: it is asked for at once, and
 * then once a second at most.
 */
export class CacheSwitch {
  private readonly resting = new Map<string, { again: boolean }>();

  constructor(private readonly cache: QueryClient) {}

  hear(e: LiveEvent) {
    switch (e.type) {
      case 'snapshot':
        // The first one of a page finds nothing to refresh; a later one comes after a gap.
        for (const key of [keys.contacts.all, keys.calls.all, keys.tasks.all, keys.agents, keys.queues, ['board'], keys.office.all, keys.notifications]) this.old(key);
        return;
      case 'queue.changed':
        return this.old(keys.board(e.data.queue));
      case 'call.changed':
        return this.callChanged(e.data);
      case 'contact.changed':
        return this.contactChanged(e.data);
      case 'activity.changed':
        return this.activityChanged(e.data);
      case 'task.changed':
        return this.taskChanged(e.data);
      case 'office.changed':
        for (const key of [keys.office.all, keys.agents, keys.queues]) this.old(key);
        return;
      case 'trunk.changed':
        return this.trunkChanged(e.data);
      case 'notification.added':
        return this.notificationAdded(e.data);
      case 'notification.read':
        return this.old(keys.notifications); // in another tab
    }
  }

  private old(queryKey: readonly unknown[]) {
    const name = JSON.stringify(queryKey);
    const resting = this.resting.get(name);
    if (resting) {
      resting.again = true;
      return;
    }
    const rests = { again: false };
    this.resting.set(name, rests);
    setTimeout(() => {
      this.resting.delete(name);
      if (rests.again) this.old(queryKey);
    }, rest);
    void this.cache.invalidateQueries({ queryKey });
  }

  /** raced asks again for what is on its way: it may have been answered before the event. */
  private raced(queryKey: readonly unknown[]) {
    const asked = this.cache.getQueryCache().findAll({ queryKey, fetchStatus: 'fetching' });
    if (asked.length > 0) void Promise.allSettled(asked.flatMap((q) => q.promise ?? [])).then(() => this.old(queryKey));
  }

  private trunkChanged(status: TrunkStatus) {
    this.cache.setQueryData<{ items: Trunk[] }>(keys.office.part('trunks'), (list) =>
      list && { ...list, items: list.items.map((trunk) => (trunk.name === status.name ? { ...trunk, status } : trunk)) },
    );
  }

  private callChanged({ what, call }: CallChange) {
    inLists(this.cache, ['calls', 'list'], call);
    this.raced(keys.calls.one(call.id));
    this.raced(['calls', 'list']);
    this.old(keys.calls.one(call.id));
    // A new row, or one that other filters find now.
    if (what === 'arrived' || what === 'answered' || what === 'ended' || what === 'recorded') this.old(['calls', 'list']);
  }

  private contactChanged({ id, version, removed, fields, contact }: ContactChange) {
    if (removed) {
      this.old(keys.contacts.one(id));
      fromLists(this.cache, ['contacts', 'list'], id);
      return;
    }
    if (!contact) return;
    this.raced(keys.contacts.one(id));
    this.raced(['contacts', 'list']);
    const listed = inAnyList(this.cache, ['contacts', 'list'], id) as Contact | undefined;
    this.cache.setQueryData<Contact>(keys.contacts.one(id), (known) => (known && known.version <= version ? { ...contact, ...linksOf(known) } : known));
    inLists(this.cache, ['contacts', 'list'], contact, linksOf);
    if (fields?.includes('companies') || fields?.includes('people')) this.old(keys.contacts.one(id));
    // New, found by other words now, or moved by a talk: where it stands only the server knows.
    if (!listed || listed.last_touch_at !== contact.last_touch_at || fields?.includes('companies')) this.old(['contacts', 'list']);
  }

  private activityChanged({ contact_id, call_id, activity, removed }: ActivityChange) {
    if (call_id) this.old(keys.calls.one(call_id));
    if (!contact_id) return;
    this.raced(['contacts', 'timeline', contact_id]);
    for (const [key, list] of this.cache.getQueriesData<InfiniteData<TimelinePage>>({ queryKey: ['contacts', 'timeline', contact_id] })) {
      const kind = (key[3] as { kind?: string } | undefined)?.kind;
      if (list && (!kind || kind === activity.kind)) this.cache.setQueryData(key, inTimeline(list, activity, removed ?? false));
    }
  }

  private notificationAdded(line: Notification) {
    this.cache.setQueryData<InfiniteData<NotificationPage>>(keys.notifications, (list) => {
      if (!list || list.pages.some((page) => page.items.some((n) => n.id === line.id))) return list;
      return { ...list, pages: list.pages.map((page, n) => (n === 0 ? { ...page, unread: page.unread + 1, items: [line, ...page.items] } : page)) };
    });
  }

  private taskChanged({ id, task, removed }: TaskChange) {
    if (removed) fromLists(this.cache, ['tasks', 'list'], id);
    else if (task) inLists(this.cache, ['tasks', 'list'], task);
    this.old(['tasks', 'list']); // it may stand in other lists now
  }
}

/** inTimeline writes an activity into a timeline: in its old place, or on top of the newest. */
export function inTimeline(list: InfiniteData<TimelinePage>, activity: Activity, removed: boolean): InfiniteData<TimelinePage> {
  const known = list.pages.some((page) => page.items.some((x) => x.id === activity.id));
  // Below what is loaded nothing is placed: its page brings it.
  const into = known ? -1 : list.pages.findIndex((page) => !page.next || page.items.some((x) => x.at <= activity.at));
  return {
    ...list,
    pages: list.pages.map((page, n) => ({
      ...page,
      items: removed ? dropped(page.items, activity.id) : known ? replaced(page.items, activity) : n === into ? placed(page.items, activity) : page.items,
      pinned: n === 0 ? pinned(page.pinned ?? [], activity, removed) : page.pinned,
    })),
  };
}

function placed(items: Activity[], activity: Activity): Activity[] {
  const at = items.findIndex((x) => x.at <= activity.at);
  return at < 0 ? [...items, activity] : [...items.slice(0, at), activity, ...items.slice(at)];
}

function pinned(list: Activity[], activity: Activity, removed: boolean): Activity[] {
  if (removed || !activity.pinned) return dropped(list, activity.id);
  return list.some((x) => x.id === activity.id) ? replaced(list, activity) : [activity, ...list];
}
