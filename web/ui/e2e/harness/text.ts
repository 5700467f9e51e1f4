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
 * clipped lists texts that do not fit into their place. A text that may be long by
 * nature (a client's name) is allowed to end in an ellipsis when its title tells the rest.
 */
export function clipped(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    if (document.documentElement.scrollWidth > window.innerWidth + 1) {
      found.push(`the page scrolls sideways: ${document.documentElement.scrollWidth} in ${window.innerWidth} px`);
    }
    for (const e of document.body.querySelectorAll<HTMLElement>('*')) {
      const says = [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && (n.textContent ?? '').trim() !== '');
      if (!says || e.getClientRects().length === 0 || e.closest('[title], [aria-hidden=true]')) continue;
      const style = getComputedStyle(e);
      // What only a screen reader is told is made one pixel small.
      if (e.clientWidth <= 1 || style.clipPath !== 'none' || style.display === 'inline') continue;
      const hides = (v: string) => v === 'hidden' || v === 'clip';
      const text = (e.textContent ?? '').trim().slice(0, 40);
      if (hides(style.overflowX) && e.scrollWidth > e.clientWidth + 1) found.push(`${e.localName} "${text}": ${e.scrollWidth} in ${e.clientWidth} px`);
      if (hides(style.overflowY) && e.scrollHeight > e.clientHeight + 2) found.push(`${e.localName} "${text}": ${e.scrollHeight} in ${e.clientHeight} px high`);
      const box = e.getBoundingClientRect();
      if (box.left < -1 || (box.right > window.innerWidth + 1 && !e.closest('[data-scrolls]'))) found.push(`${e.localName} "${text}" stands outside of the screen`);
    }
    return found;
  });
}
