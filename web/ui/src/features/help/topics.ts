interface Topic {
  id: string;
  /** Shown to those who may do this; missing: to everybody. */
  needs?: { object: string; action: string };
}

/** The topics of the manual, in reading order. */
export const topics: Topic[] = [
  { id: 'call' },
  { id: 'states' },
  { id: 'card' },
  { id: 'notes' },
  { id: 'missed' },
  { id: 'why' },
  { id: 'recordings' },
  { id: 'browser' },
  { id: 'phone' },
  { id: 'lost' },
  { id: 'people', needs: { object: 'office', action: 'manage' } },
  { id: 'trunk', needs: { object: 'office', action: 'manage' } },
  { id: 'settings', needs: { object: 'office', action: 'manage' } },
];

/** Keys that work all over the page. */
export const shortcuts = [
  { id: 'search', keys: 'Ctrl K' },
  { id: 'open', keys: 'Enter' },
  { id: 'filter', keys: '/' },
  { id: 'move', keys: '↑ ↓' },
  { id: 'close', keys: 'Esc' },
  { id: 'answer', keys: 'Enter' },
  { id: 'openCard', keys: 'O' },
  { id: 'mute', keys: 'M' },
  { id: 'hold', keys: 'H' },
  { id: 'keypad', keys: 'K' },
  { id: 'finish', keys: 'F' },
  { id: 'more', keys: 'M' },
  { id: 'note', keys: 'N' },
  { id: 'save', keys: 'Ctrl Enter' },
  { id: 'task', keys: 'T' },
  { id: 'choose', keys: '1–9' },
  { id: 'play', keys: 'Space' },
];
