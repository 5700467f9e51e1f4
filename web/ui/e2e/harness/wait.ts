/** How long a test waits for something that should come at once. */
export const patience = 20_000;

/** within waits for a promise, and says what was waited for if it does not come. */
export async function within<T>(promise: Promise<T>, what: string, ms = patience): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited in vain for ${what} (${ms} ms)`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * until asks again and again, for what has no event to wait for: the state behind the
 * API, a port that opens. It gives back the first answer that is not false or missing.
 */
export async function until<T>(what: string, ask: () => Promise<T> | T, ms = patience): Promise<NonNullable<T>> {
  const end = Date.now() + ms;
  for (;;) {
    const got = await ask();
    if (got !== undefined && got !== null && (got as unknown) !== false) return got;
    if (Date.now() > end) throw new Error(`waited in vain for ${what} (${ms} ms)`);
    await pause(25);
  }
}

/** pause lets time pass that is itself part of the story: a socket that stays cut. */
export const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
