/** What to do after the socket was closed with a code; the table of the OpenAPI document (x-close-codes). */
export type Reconnect = 'resume' | 'afresh' | 'never';

const table: Record<number, Reconnect> = {
  1001: 'resume', // the server stops or restarts
  1002: 'never', // protocol
  1006: 'resume', // the network broke
  1008: 'never', // policy
  1009: 'never', // too big
  1011: 'afresh', // the server's fault
  4001: 'resume', // we were too slow
  4050: 'never', // signed out
  4051: 'never', // too many sockets
};

export const signedOut = 4050;

/** after says what to do; a code that is not in the table is like a broken network. */
export const after = (code: number): Reconnect => table[code] ?? 'resume';

export const closeCodes = table;
