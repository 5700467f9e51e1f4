import type { Page } from 'playwright-core';

/** untranslated lists texts that look like the key of a word and not like a word. */
export function untranslated(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const key = /^[a-z][A-Za-z0-9]*([._][A-Za-z0-9]+)*\.[A-Za-z0-9_]+$/;
    const found = new Set<string>();
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let n = walk.nextNode(); n; n = walk.nextNode()) {
      const text = (n.textContent ?? '').trim();
      if (key.test(text) && !n.parentElement?.closest('[data-verbatim], script, style, pre, code')) found.add(text);
      if (/\{\{.*\}\}/.test(text)) found.add(text);
    }
    for (const e of document.querySelectorAll('[aria-label], [title], [placeholder]')) {
      for (const a of ['aria-label', 'title', 'placeholder']) {
        const text = (e.getAttribute(a) ?? '').trim();
        if (key.test(text)) found.add(`${a}=${text}`);
      }
    }
    return [...found];
  });
}

/**
 * clipped lists texts that do not fit into their place, or stand outside of the screen. A
 * text that may be long by nature (a client's name) is allowed to end in an ellipsis
 * when its title tells the rest.
 */
export function clipped(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found = new Set<string>();
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > width + 1) found.add(`the page scrolls sideways: ${document.documentElement.scrollWidth} in ${width} px`);

    const hides = (v: string) => v === 'hidden' || v === 'clip';
    const scrolls = (v: string) => v === 'auto' || v === 'scroll';
    // What only a screen reader is told is made one pixel small.
    const unseen = (e: Element) => {
      const s = getComputedStyle(e);
      return s.clipPath !== 'none' || s.clip !== 'auto' || s.visibility === 'hidden' || s.opacity === '0' || (e as HTMLElement).offsetWidth <= 1;
    };
    const check = (text: string, box: DOMRect, of: Element) => {
      if (box.width === 0 || of.closest('[title], [aria-hidden=true]')) return;
      for (let e: Element | null = of; e && e !== document.body; e = e.parentElement) {
        const style = getComputedStyle(e);
        if (style.display !== 'inline' && unseen(e)) return;
        const room = e.getBoundingClientRect();
        if (hides(style.overflowX) && style.display !== 'inline' && (box.right > room.right + 1 || box.left < room.left - 1)) {
          found.add(`"${text}" is ${Math.round(box.width)} px wide in ${Math.round(room.width)} (${e.localName}.${e.className})`);
          return;
        }
        if (hides(style.overflowY) && style.display !== 'inline' && (box.bottom > room.bottom + 3 || box.top < room.top - 3)) {
          found.add(`"${text}" is ${Math.round(box.height)} px high in ${Math.round(room.height)} (${e.localName}.${e.className})`);
          return;
        }
        if (scrolls(style.overflowX) || scrolls(style.overflowY)) return; // one comes to it by scrolling
        if (style.position === 'fixed') break;
      }
      // What lies outside as a whole and at the left waits there for the focus.
      if (box.right > width + 1 || (box.left < -1 && box.right > 0)) found.add(`"${text}" stands outside of the screen`);
    };

    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    for (let n = walk.nextNode(); n; n = walk.nextNode()) {
      const text = (n.textContent ?? '').trim().slice(0, 50);
      const of = n.parentElement;
      if (!text || !of || of.closest('script, style, noscript, option')) continue;
      range.selectNodeContents(n);
      check(text, range.getBoundingClientRect(), of);
    }
    for (const e of document.querySelectorAll<HTMLInputElement>('input:not([type=hidden], [type=checkbox], [type=radio], [type=range], [type=file], [type=password])')) {
      if (e.closest('[aria-hidden=true]') || e.clientWidth <= 1 || e.title) continue;
      const typed = e.value;
      if (!typed) e.value = e.placeholder;
      if (e.scrollWidth > e.clientWidth + 1 && (!typed || e.readOnly)) found.add(`the field "${e.value}" needs ${e.scrollWidth} px and has ${e.clientWidth}`);
      if (!typed) e.value = '';
    }
    return [...found];
  });
}
