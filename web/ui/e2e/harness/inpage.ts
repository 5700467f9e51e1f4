// What runs inside the page before its own scripts. It is passed to the browser as
// text, so it may use nothing from outside of itself.

/** Shift is one movement of what stood on the page already. */
export interface Shift {
  value: number;
  /** Chromium forgives shifts within half a second of a key; a call that comes while one types has no such excuse. */
  forgiven: boolean;
  what: string[];
}

declare global {
  interface Window {
    harness: {
      shifts: Shift[];
      breaches: string[];
      /** Milliseconds since 1970 at which an element was on the screen, by name. */
      painted: Record<string, number>;
      await(name: string, selector: string, text?: string): void;
    };
  }
}

export function inPage() {
  const describe = (n: Node | null | undefined) => {
    const e = n instanceof Element ? n : n?.parentElement;
    return e ? `<${e.localName}${e.id ? `#${e.id}` : ''} ${(e.getAttribute('data-testid') ?? e.className ?? '').toString().slice(0, 60)}> ${(e.textContent ?? '').slice(0, 40)}` : '?';
  };
  window.harness = {
    shifts: [],
    breaches: [],
    painted: {},
    await(name, selector, text) {
      const now = () => performance.timeOrigin + performance.now();
      const there = () => {
        for (const e of document.querySelectorAll(selector)) {
          if ((!text || (e.textContent ?? '').includes(text)) && e.getClientRects().length > 0) return true;
        }
        return false;
      };
      const look = () => {
        if (!there()) return false;
        watch.disconnect();
        // A frame's callbacks run before it is painted, a message posted there after it.
        requestAnimationFrame(() => {
          const after = new MessageChannel();
          after.port1.onmessage = () => (window.harness.painted[name] = now());
          after.port2.postMessage(0);
        });
        return true;
      };
      const watch = new MutationObserver(look);
      delete window.harness.painted[name];
      if (!look()) watch.observe(document.documentElement, { subtree: true, childList: true, attributes: true, characterData: true });
    },
  };
  new PerformanceObserver((list) => {
    for (const e of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node?: Node }[] })[]) {
      window.harness.shifts.push({ value: e.value, forgiven: e.hadRecentInput, what: e.sources.map((s) => describe(s.node)) });
    }
  }).observe({ type: 'layout-shift', buffered: true });
  document.addEventListener('securitypolicyviolation', (e) => {
    window.harness.breaches.push(`${e.violatedDirective}: ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`);
  });
}
