import { useEffect, useRef } from 'react';

type Handler = (e: KeyboardEvent) => void;
type Bindings = Record<string, Handler | undefined>;

/**
 * Whose key it is when several want it: a question that is asked at this moment, then
 * the phone while a call goes on, then the screen. Within one rank the youngest.
 */
const ranks = { screen: 0, phone: 1, question: 2 } as const;

interface Wish {
  rank: number;
  bindings: () => Bindings;
}
const wishes: Wish[] = [];

/**
 * useKeys binds single keys ("e", "Escape", "mod+k") while the component is on the
 * screen. Plain keys are left alone while somebody types, while a dialog is open, and
 * when an open menu wants them; combinations with mod (Ctrl or Cmd) always work. Letters
 * and digits are matched by their place on the keyboard too, so that they work in Cyrillic.
 */
export function useKeys(bindings: Bindings, { rank = 'screen' }: { rank?: keyof typeof ranks } = {}) {
  const latest = useRef(bindings);
  latest.current = bindings;
  useEffect(() => {
    const wish: Wish = { rank: ranks[rank], bindings: () => latest.current };
    if (wishes.length === 0) listen();
    wishes.push(wish);
    return () => {
      wishes.splice(wishes.indexOf(wish), 1);
      if (wishes.length === 0) leave();
    };
  }, [rank]);
}

const menus = '[role=menu], [role=listbox], .mantine-Popover-dropdown';
let covered = false;

// Seen before the menu hears the key: afterwards it is closed already. A list that waits hidden covers nothing.
const look = () => void (covered = [...document.querySelectorAll(menus)].some((e) => e.checkVisibility()));

function hear(e: KeyboardEvent) {
  if (e.defaultPrevented || e.isComposing || e.altKey) return;
  const mod = e.ctrlKey || e.metaKey;
  if (!mod && (typing(e.target) || dialogOpen() || covered)) return;
  if (!mod && e.key === 'Enter' && pressed(e.target)) return;
  if (e.repeat && e.key.length === 1) return; // a key that is held down was meant once
  for (const name of names(e)) {
    const key = (mod ? 'mod+' : '') + name;
    const asked = wishes.filter((w) => w.bindings()[key]);
    if (asked.length === 0) continue;
    e.preventDefault();
    asked.reduce((a, b) => (b.rank >= a.rank ? b : a)).bindings()[key]!(e);
    return;
  }
}

function listen() {
  document.addEventListener('keydown', look, { capture: true });
  document.addEventListener('keydown', hear);
}

function leave() {
  document.removeEventListener('keydown', look, { capture: true });
  document.removeEventListener('keydown', hear);
}

// Shift and a digit's key is another sign, on every keyboard.
function names(e: KeyboardEvent): string[] {
  const list = [e.key.length === 1 ? e.key.toLowerCase() : e.key];
  const place = /^(?:Key([A-Z])|Digit(\d))$/.exec(e.code);
  if (place?.[1]) list.push(place[1].toLowerCase());
  if (place?.[2] && !e.shiftKey) list.push(place[2]);
  return list;
}

/** typing: the keys belong to the field that has the focus. */
export function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('textarea, select, input:not([type=checkbox]):not([type=radio]):not([type=range])');
}

// A button that one has come to by keys is pressed by Enter; one that was clicked long ago is not meant.
const pressed = (target: EventTarget | null) => target instanceof HTMLElement && target.matches('button, a[href], summary, [role=button], [role=tab]') && target.matches(':focus-visible');

const dialogOpen = () => document.querySelector('[role=dialog][aria-modal=true]') !== null;
