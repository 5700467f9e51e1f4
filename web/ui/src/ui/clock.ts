let ahead: number | undefined; // milliseconds that this computer is ahead of the server

/** hearTime takes the time that a message of the server bears: the fastest message tells best how far the clocks differ. */
export function hearTime(at: string, now = Date.now()) {
  const late = now - Date.parse(at);
  if (!Number.isNaN(late) && (ahead === undefined || late < ahead)) ahead = late;
}

/** forgetTime: a computer that was away may have set its clock. */
export function forgetTime() {
  ahead = undefined;
}

/** serverNow is the time by the server's clock, whose times are counted from; by this computer's until it has spoken. */
export const serverNow = (now = Date.now()) => now - (ahead ?? 0);
