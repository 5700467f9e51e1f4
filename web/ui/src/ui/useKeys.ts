import { useEffect, useRef } from 'react';

type Handler = (e: KeyboardEvent) => void;

/**
 * useKeys binds single keys ("e", "Escape", "mod+k", "g c" is not supported) while the
 * component is on the screen. Plain keys are left alone while somebody types and
 * while a dialog is open; combinations with mod (Ctrl or Cmd) always work. Letters
 * are matched by their place on the keyboard too, so that they work in Cyrillic.
 */
export function useKeys(bindings: Record<string, Handler | undefined>, { within }: { within?: boolean } = {}) {
  const latest = useRef(bindings);
  latest.current = bindings;
  useEffect(() => {
    const hear = (e: KeyboardEvent) => {
      if (e.defaultPrevented || e.isComposing) return;
      const mod = e.ctrlKey || e.metaKey;
      if (e.altKey || (!mod && (typing(e.target) || (!within && dialogOpen())))) return;
      for (const name of names(e)) {
        const handler = latest.current[(mod ? 'mod+' : '') + name];
        if (!handler) continue;
        e.preventDefault();
        handler(e);
        return;
      }
    };
    document.addEventListener('keydown', hear);
    return () => document.removeEventListener('keydown', hear);
  }, [within]);
}

function names(e: KeyboardEvent): string[] {
  const list = [e.key.length === 1 ? e.key.toLowerCase() : e.key];
  const place = /^(?:Key([A-Z])|Digit(\d))$/.exec(e.code);
  if (place) list.push((place[1] ?? place[2]!).toLowerCase());
  return list;
}

/** typing: the keys belong to the field that has the focus. */
export function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('textarea, select, input:not([type=checkbox]):not([type=radio]):not([type=range])');
}

const dialogOpen = () => document.querySelector('[role=dialog][aria-modal=true]') !== null;
