/** Draft is a note about a call as it was typed, with the id that it is saved under again and again. */
export interface Draft {
  id: string;
  body: string;
  saved: boolean;
  at: number;
}

const key = 'callcard.callNotes';
const most = 20;

/** The shelf keeps what is typed on this computer, so that a reload or a dead network loses nothing. */
export function takeDraft(call: string): Draft | undefined {
  return all()[call];
}

export function keepDraft(call: string, draft: Draft) {
  const newest = Object.entries({ ...all(), [call]: draft })
    .sort(([, a], [, b]) => b.at - a.at)
    .slice(0, most);
  localStorage.setItem(key, JSON.stringify(Object.fromEntries(newest)));
}

function all(): Record<string, Draft> {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '{}') as Record<string, Draft>;
  } catch {
    return {};
  }
}
