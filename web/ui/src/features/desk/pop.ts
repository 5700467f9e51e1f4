import { typing } from '@/ui/useKeys';

/** Moment is what the agent is doing when a call comes. */
export interface Moment {
  /** The focus is in a field. */
  typing: boolean;
  /** Something that was written is not saved yet. */
  draft: boolean;
  /** A dialog is open. */
  dialog: boolean;
  /** Path of the screen. */
  place: string;
  /** The call whose card is on the screen already. */
  shown: string | undefined;
}

/**
 * decidePop tells how the card of a call comes to the agent: by itself, or as an offer
 * in the phone's place, because he is in the middle of something. Settings are filled in
 * by people who think; other places are looked at, and one key leads back to them.
 */
export function decidePop(m: Moment, call: string): 'none' | 'navigate' | 'banner' {
  if (m.shown === call) return 'none';
  if (m.typing || m.draft || m.dialog || m.place.startsWith('/settings')) return 'banner';
  return 'navigate';
}

/** thisMoment looks at the page. Forms mark what is not saved with data-draft. */
export function thisMoment(place: string, shown: string | undefined): Moment {
  return {
    typing: typing(document.activeElement),
    draft: document.querySelector('[data-draft]') !== null,
    dialog: document.querySelector('[role=dialog][aria-modal=true]') !== null,
    place,
    shown,
  };
}
