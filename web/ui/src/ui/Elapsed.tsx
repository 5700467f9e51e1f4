import { duration } from '@/i18n/format';
import { useNow } from './useNow';

/** Elapsed counts up from `since`, or down to `until`; figures keep their width. */
export function Elapsed({ since, until }: { since?: string; until?: string }) {
  const now = useNow();
  // Who was never seen is offline since 1970: there is nothing to count.
  if (since && Date.parse(since) <= 0) return null;
  const ms = until ? new Date(until).getTime() - now : now - new Date(since ?? now).getTime();
  return (
    <span className="tabular" role="timer">
      {duration(ms)}
    </span>
  );
}
