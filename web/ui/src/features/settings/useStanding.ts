import { useRef } from 'react';

interface Standing<T> {
  chosen?: T;
  /** Somebody else has deleted it while it was open here. */
  gone: boolean;
}

/** useStanding finds what is being edited, and keeps it when it leaves the list, so that a form that is filled in does not vanish. */
export function useStanding<T extends { id: string }>(items: T[], edit: string | undefined): Standing<T> {
  const last = useRef<T>(undefined);
  const found = items.find((x) => x.id === edit);
  if (found) last.current = found;
  const kept = last.current?.id === edit ? last.current : undefined;
  return { chosen: found ?? kept, gone: !found && kept !== undefined };
}
