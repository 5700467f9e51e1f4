import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContext, type CDPSession, type Page } from 'playwright-core';
import { inject, onTestFinished } from 'vitest';
import { inPage, type Shift } from './inpage';
import { password, type Login, type Office } from './office';
import { shots } from './paths';
import { patience, within } from './wait';
import { Watch } from './watch';

export type Language = 'en' | 'ru' | 'uz-Latn' | 'uz-Cyrl';

/** View is how somebody looks at the page. */
interface View {
  language?: Language;
  scheme?: 'light' | 'dark';
  width?: 390 | 1024 | 1440 | 1920;
  /** Where the page is opened; another origin than the server's when a Wire stands between. */
  origin?: string;
  path?: string;
}

const heights = { 390: 844, 1024: 768, 1440: 900, 1920: 1080 };

let browser: Promise<Browser> | undefined;

/** Screen is somebody's page in Chromium. It is closed, and held to be clean, when the test ends. */
export class Screen {
  readonly watch: Watch;

  private constructor(
    private readonly context: BrowserContext,
    readonly page: Page,
    private readonly who: string,
    private readonly view: Required<View>,
  ) {
    this.watch = new Watch(page);
  }

  /** open shows the page to somebody who is signed in, or to nobody. */
  static async open(office: Pick<Office, 'origin'>, login: Login | undefined, view: View = {}): Promise<Screen> {
    const full: Required<View> = { language: 'en', scheme: 'light', width: 1440, origin: office.origin, path: '/', ...view };
    browser ??= chromium.connect(inject('chromium'));
    const context = await (await browser).newContext({
      baseURL: full.origin,
      colorScheme: full.scheme,
      locale: full.language,
      viewport: { width: full.width, height: heights[full.width] },
      reducedMotion: 'reduce',
      timezoneId: 'Asia/Tashkent',
    });
    context.setDefaultTimeout(patience);
    await context.addInitScript(inPage);
    if (login) {
      const r = await context.request.post('/api/v1/session', { data: { login, password }, headers: { origin: full.origin } });
      if (!r.ok()) throw new Error(`${login} can't sign in: ${r.status()} ${await r.text()}`);
    }
    const screen = new Screen(context, await context.newPage(), login ?? 'nobody', full);
    onTestFinished(async ({ task }) => screen.end(task.name, task.result?.state === 'fail'));
    await screen.page.goto(full.path);
    return screen;
  }

  /** ready waits until an agent's page knows by its live socket that his phone is connected. */
  ready(): Promise<void> {
    return this.page.getByRole('region', { name: 'My phone' }).getByText('The phone is connected').waitFor();
  }

  /** shot takes a picture of the screen as it is. */
  async shot(name: string): Promise<string> {
    const file = `${shots}${name}-${this.view.language}-${this.view.width}-${this.view.scheme}.png`;
    await this.page.evaluate(() => document.fonts.ready.then(() => undefined));
    await this.page.screenshot({ path: file, animations: 'disabled' });
    return file;
  }

  /** axe lists what hinders people, by the rules of WCAG 2.2 A and AA. */
  async axe(): Promise<string[]> {
    const { violations } = await new AxeBuilder({ page: this.page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
      .analyze();
    return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')}: ${(n.any[0] ?? n.all[0] ?? n.none[0])?.message ?? v.help}`));
  }

  /** shifts are the movements of what stood on the page, from now until the function ends. */
  async shifts(during: () => Promise<void>): Promise<Shift[]> {
    await this.settled();
    await this.page.evaluate(() => void (window.harness.shifts = []));
    await during();
    await this.settled();
    return this.page.evaluate(() => window.harness.shifts);
  }

  /** settled waits until two frames were painted and their entries were delivered. */
  settled(): Promise<void> {
    return this.page.evaluate(() => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))));
  }

  /**
   * paints begins to look out for an element and gives back a function that waits for
   * it: when it was on the screen, in milliseconds since 1970.
   */
  async paints(selector: string, text?: string): Promise<() => Promise<number>> {
    const name = `${selector} ${text ?? ''}`;
    await this.page.evaluate(([n, s, t]) => window.harness.await(n!, s!, t), [name, selector, text]);
    return async () => {
      const found = await this.page.waitForFunction((n) => window.harness.painted[n], name, { polling: 20 });
      return (await found.jsonValue()) as number;
    };
  }

  /** devtools speaks to the browser below the page: slower processor, slower network. */
  devtools(): Promise<CDPSession> {
    return this.context.newCDPSession(this.page);
  }

  /** plays waits until an audio element on the page is playing, and gives the seconds it has played. */
  async plays(): Promise<number> {
    const at = await this.page.waitForFunction(() => {
      const a = [...document.querySelectorAll('audio')].find((a) => !a.paused && a.currentTime > 0.2);
      return a?.currentTime;
    });
    return (await at.jsonValue()) as number;
  }

  /** drawn tells whether something was drawn in an element: a canvas has colours, a drawing has shapes. */
  drawn(selector: string): Promise<boolean> {
    return this.page.evaluate((s) => {
      for (const e of document.querySelectorAll(s)) {
        if (e instanceof HTMLCanvasElement) {
          const pixels = e.getContext('2d')?.getImageData(0, 0, e.width, e.height).data;
          if (pixels?.some((p) => p !== 0)) return true;
        } else if (e.querySelector('path, rect, line, polyline, polygon')) return true;
      }
      return false;
    }, selector);
  }

  private async end(test: string, failed: boolean) {
    const troubles = [...this.watch.troubles];
    try {
      if (!this.page.isClosed()) {
        const breaches = await within(this.page.evaluate(() => window.harness?.breaches ?? []), 'the page to answer').catch((err: Error) => [err.message]);
        troubles.push(...breaches.map((b) => `policy: ${b}`));
        if (failed || troubles.length > 0) {
          const file = `${shots}FAILED-${test.replace(/[^\p{L}\d]+/gu, '-').slice(0, 60)}-${this.who}.png`;
          await this.page.screenshot({ path: file }).catch(() => {});
          // eslint-disable-next-line no-console -- where to look
          console.error(`the screen of ${this.who} (${this.page.url()}): ${file}`);
        }
      }
    } finally {
      await within(this.context.close(), 'the page to close').catch(() => {});
    }
    if (troubles.length > 0) throw new Error(`the page of ${this.who} had troubles:\n${[...new Set(troubles)].slice(0, 10).join('\n')}`);
  }
}
