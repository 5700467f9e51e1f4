declare global {
  interface WindowEventMap {
    /** The client's card of a call is on the screen; `at` is performance.timeOrigin-based, in milliseconds. */
    'callcard:painted': CustomEvent<{ call: string; at: number }>;
  }
}

/**
 * painted tells, once the frame with the card of a call is really on the screen, that it
 * is: as a mark of the browser's timeline and as an event of the window. Whoever
 * measures the way from the ringing to the eye listens to it.
 */
export function painted(call: string): () => void {
  let second = 0;
  // The first callback runs before the frame is painted, the second one after it.
  const first = requestAnimationFrame(() => {
    second = requestAnimationFrame(() => {
      const mark = performance.mark('callcard:card-painted', { detail: { call } });
      const at = performance.timeOrigin + mark.startTime;
      window.dispatchEvent(new CustomEvent('callcard:painted', { detail: { call, at } }));
    });
  });
  return () => {
    cancelAnimationFrame(first);
    cancelAnimationFrame(second);
  };
}
