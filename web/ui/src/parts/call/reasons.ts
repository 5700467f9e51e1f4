import type { TFunction } from 'i18next';

// The codes come from routing/reason.go and crm; a page that is older than its server
// shows one that it does not know as it is, instead of nothing.
const say = (t: TFunction, key: string, code: string, values?: object) => t(key, { defaultValue: code.replaceAll('_', ' '), ...values });

/** whyWords says why an agent got the call, or stands where he stands: "least busy". */
export const whyWords = (t: TFunction, reason: string) => say(t, `call.why.${reason}`, reason);

/** excludedWords says why an agent could not get the call: "on a break". */
export const excludedWords = (t: TFunction, why: string) => say(t, `call.excluded.${why}`, why);

/** candidateWords says why one card of several stands first: "the last talk". */
export const candidateWords = (t: TFunction, reason: string) => say(t, `call.candidate.${reason}`, reason);

/** ringWords says how ringing an agent ended; missing while it rings. */
export const ringWords = (t: TFunction, result: string | undefined) => say(t, `call.ring.${result ?? 'ringing'}`, result ?? '');

/** endWords says why a call ended, in a sentence; `why` is why an agent might not place it. */
export const endWords = (t: TFunction, reason: string, why?: string) => (why ? say(t, `call.denied.${why}`, why) : say(t, `call.end.${reason}`, reason));

interface Decided {
  reason: string;
  /** The name of who is waited for, and for how many seconds at most. */
  waitFor?: string;
  seconds?: number;
}

/** decidedWords says what routing decided: "Waits for Anna, who is on another call, up to 20 seconds". */
export function decidedWords(t: TFunction, { reason, waitFor, seconds }: Decided): string {
  const words = say(t, `call.decided.${reason}`, reason, { name: waitFor });
  return waitFor && seconds !== undefined && seconds > 0 ? `${words}, ${t('call.waitUpTo', { count: seconds })}` : words;
}

/** partyWords names a side of a call: "the client". */
export const partyWords = (t: TFunction, party: string) => say(t, `call.party.${party}`, party);
