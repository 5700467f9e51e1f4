import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContext, type CDPSession, type Page } from 'playwright-core';
import { inject, onTestFinished } from 'vitest';
import { inPage, type Shift } from './inpage';
import { password, type Login, type Office } from './office';
import { failures, shots } from './paths';
import { patience, until, within } from './wait';
import { Watch } from './watch';

export type Language = 'en' | 'ru' | 'uz-Latn' | 'uz-Cyrl';

/** View is how somebody looks at the page. */
export interface View {
  language?: Language;
  scheme?: 'light' | 'dark';
  width?: 390 | 1024 | 1440 | 1920;
  /** Where the page is opened; another origin than the server's when a Wire stands between. */
  origin?: string;
  path?: string;
  /** He telephones in his browser. */
  telephone?: boolean;
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
    private view: Required<View>,
  ) {
    this.watch = new Watch(page);
  }

  /** open shows the page to somebody who is signed in, or to nobody. */
  static async open(office: Pick<Office, 'origin'>, login: Login | undefined, view: View = {}): Promise<Screen> {
    const full: Required<View> = { language: 'en', scheme: 'light', width: 1440, origin: office.origin, path: '/', telephone: false, ...view };
    browser ??= chromium.connect(inject('chromium'));
    const context = await (await browser).newContext({
      baseURL: full.origin,
      colorScheme: full.scheme,
      locale: full.language,
      viewport: { width: full.width, height: heights[full.width] },
      reducedMotion: 'reduce',
      timezoneId: 'Asia/Tashkent',
      ...(full.telephone && { permissions: ['microphone', 'notifications'] }), // else he is asked, and says yes
    });
    context.setDefaultTimeout(patience);
    await context.addInitScript(inPage);
    // Without what browsers do against echo and noise: it would take a steady tone for noise.
    if (full.telephone) await context.addInitScript(() => void (localStorage['callcard.phone'] ??= '{"wanted":true,"clean":false}'));
    if (login) {
      const r = await context.request.post('/api/v1/session', { data: { login, password }, headers: { origin: full.origin } });
      if (!r.ok()) throw new Error(`${login} can't sign in: ${r.status()} ${await r.text()}`);
    }
    const screen = new Screen(context, await context.newPage(), login ?? 'nobody', full);
    onTestFinished(async ({ task }) => screen.end(task.name, task.result?.state === 'fail'));
    await screen.page.goto(full.path);
    return screen;
  }

  /** tab opens another tab of the same browser. */
  async tab(path: string): Promise<Page> {
    const page = await this.context.newPage();
    this.watch.follow(page);
    await page.goto(path);
    return page;
  }

  /** ready waits until an agent's page knows by its live socket that his phone is connected. */
  ready(): Promise<void> {
    return this.page.getByRole('region', { name: 'My phone' }).getByText(/phone is connected|telephone in this browser/).waitFor();
  }

  /** quiet waits until the screen has what it is going to show: nothing is on its way, nothing is a skeleton. */
  async quiet(): Promise<void> {
    await this.page.locator('main, form').first().waitFor();
    for (let before = -1; before !== this.watch.asked; ) {
      before = this.watch.asked;
      await until('what was asked for to be answered', () => this.watch.pending === 0);
      await this.page.waitForFunction(() => document.querySelector('[aria-busy=true], .mantine-Skeleton-root') === null);
      await this.page.evaluate(() => document.fonts.ready.then(() => undefined));
      await this.settled();
    }
  }

  /** turn shows the same screen in another width or scheme. */
  async turn(view: Pick<View, 'width' | 'scheme'>): Promise<void> {
    this.view = { ...this.view, ...view };
    await this.page.emulateMedia({ colorScheme: this.view.scheme });
    await this.page.setViewportSize({ width: this.view.width, height: heights[this.view.width] });
    await this.quiet();
  }

  /** goTo leads to another screen as a link does: the page is not loaded anew. */
  async goTo(path: string): Promise<void> {
    await this.quiet();
    if (this.page.url() === new URL(path, this.view.origin).href) return;
    await this.page.keyboard.press('Escape'); // what was opened above the last one
    await this.page.evaluate(
      (to) =>
        new Promise<void>((changed) => {
          new MutationObserver((_, me) => (me.disconnect(), changed())).observe(document.body, { subtree: true, childList: true });
          history.pushState({}, '', to);
        }),
      path,
    );
    await this.quiet();
  }

  /** shot takes a picture of the screen as it is, if pictures are wanted: into the folder that SHOTS names. */
  async shot(name: string): Promise<void> {
    if (!shots) return;
    const file = `${shots}/${name}-${this.view.language}-${this.view.width}-${this.view.scheme}.png`;
    await this.page.evaluate(() => document.fonts.ready.then(() => undefined));
    await this.page.screenshot({ path: file, animations: 'disabled' });
  }

  /** axe lists what hinders people, by the rules of WCAG 2.2 A and AA. */
  async axe(): Promise<string[]> {
    const { violations } = await new AxeBuilder({ page: this.page })
      .options({ resultTypes: ['violations'] })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
      .setLegacyMode() // one frame, one origin: no second page is needed to put results together
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

  /** plays waits until the sound of an audio element on the page has gone on for half a second. */
  async plays(): Promise<void> {
    await this.page.waitForFunction(() => [...document.querySelectorAll('audio')].some((a) => !a.paused && !a.muted && a.currentTime > 0.5));
  }

  /**
   * tones fetches the recording of a call as the page's user and measures it: for each
   * channel, which share of its sound each tone makes up, in the order of the tones.
   */
  tones(call: string, hertz: number[]): Promise<number[][]> {
    return this.page.evaluate(
      async ([call, hertz]) => {
        const r = await fetch(`/api/v1/calls/${call}/recording`);
        if (!r.ok) throw new Error(`the recording: ${r.status}`);
        const sound = await new OfflineAudioContext(2, 1, 8000).decodeAudioData(await r.arrayBuffer());
        return Array.from({ length: sound.numberOfChannels }, (_, n) => {
          const samples = sound.getChannelData(n);
          const energy = samples.reduce((sum, x) => sum + x * x, 0);
          const frame = 400; // 50 ms: a whole number of periods of 440 and of 1000 Hz
          const power = (from: number, hz: number) => {
            let [re, im] = [0, 0];
            samples.subarray(from, from + frame).forEach((x, i) => {
              re += x * Math.cos((2 * Math.PI * hz * i) / sound.sampleRate);
              im += x * Math.sin((2 * Math.PI * hz * i) / sound.sampleRate);
            });
            return (2 * (re * re + im * im)) / frame;
          };
          return hertz.map((hz) => {
            let sum = 0;
            for (let from = 0; from + frame <= samples.length; from += frame) sum += power(from, hz);
            return sum / energy;
          });
        });
      },
      [call, hertz] as const,
    );
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
          const file = `${failures}/${test.replace(/[^\p{L}\d]+/gu, '-').slice(0, 60)}-${this.who}.png`;
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
