import type { Page, Request } from 'playwright-core';

/**
 * Watch notes whatever goes wrong on a page: exceptions, errors and warnings in the
 * console, breaches of the content security policy, requests that fail or are answered
 * with an error. Anything noted fails the test, unless the story provokes it and says so.
 */
export class Watch {
  private readonly noted: string[] = [];
  private readonly allowed: RegExp[] = [];
  private readonly open = new Set<Request>();
  /** How many requests the page has made. */
  asked = 0;

  constructor(page: Page) {
    this.follow(page);
  }

  /** follow notes what goes wrong in another tab too. */
  follow(page: Page) {
    page.on('request', (r) => {
      this.asked++;
      this.open.add(r);
    });
    page.on('requestfinished', (r) => this.open.delete(r));
    page.on('pageerror', (err) => this.note(`exception: ${err.message}`));
    page.on('console', (m) => {
      // A socket that the page itself gave up while it was being opened is none either.
      if (m.text().includes('WebSocket is closed before the connection is established')) return;
      if (m.type() === 'error' || m.type() === 'warning') this.note(`console: ${m.text()} (${m.location().url})`);
    });
    page.on('requestfailed', (r) => {
      this.open.delete(r);
      // A request that the page itself gave up, or that a reload interrupted, is none.
      if (r.failure()?.errorText !== 'net::ERR_ABORTED') this.note(`failed: ${r.method()} ${r.url()}: ${r.failure()?.errorText}`);
    });
    page.on('response', (r) => {
      if (r.status() >= 400) this.note(`answer: ${r.status()} to ${r.request().method()} ${r.url()}`);
    });
  }

  /** allow says that the story provokes this. */
  allow(...what: RegExp[]) {
    this.allowed.push(...what);
  }

  /** troubles are what was noted and not allowed. */
  get troubles(): string[] {
    return this.noted.filter((n) => !this.allowed.some((a) => a.test(n)));
  }

  /** pending is how many requests are not answered yet. */
  get pending(): number {
    return this.open.size;
  }

  private note(what: string) {
    this.noted.push(what);
  }
}
