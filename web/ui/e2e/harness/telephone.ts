import type { Locator, Page } from 'playwright-core';
import type { Login, Office } from './office';
import { Screen, type View } from './screen';
import { patience } from './wait';

/** Telephone is the page of somebody who telephones in it. He has no desk phone. */
export class Telephone {
  readonly dock: Locator;

  private constructor(
    readonly screen: Screen,
    readonly page: Page,
  ) {
    this.dock = page.getByRole('region', { name: 'My phone' });
  }

  /** begin shows the page to somebody who telephones in it. */
  static async begin(office: Office, login: Login, view: View = {}): Promise<Telephone> {
    const screen = await Screen.open(office, login, { telephone: true, ...view });
    return new Telephone(screen, screen.page);
  }

  /** ready waits besides until it can ring; who has not chosen so before, does it now. */
  static async ready(office: Office, login: Login, view: View = {}): Promise<Telephone> {
    const telephone = await Telephone.begin(office, login, view);
    if (view.telephone === false) await telephone.press('Talk in this browser');
    await telephone.ready();
    return telephone;
  }

  /** tab opens another tab of the same browser. */
  async tab(path = '/calls'): Promise<Telephone> {
    return new Telephone(this.screen, await this.screen.tab(path));
  }

  ready = () => this.dock.getByText('You telephone in this browser').waitFor();
  isElsewhere = () => this.dock.getByText('The phone is in another tab').waitFor();
  rings = () => this.is('ringing');
  dials = () => this.is('dialling');
  talks = () => this.is('talking');
  holds = () => this.is('held');
  wrapsUp = () => this.is('wrapUp');
  /** open shows the whole dock, where it is only a bar. */
  open = async () => {
    const bar = this.page.locator('[aria-controls=dock-body]');
    if ((await bar.getAttribute('aria-expanded')) === 'false') await bar.click();
  };
  press = (button: string) => this.dock.getByRole('button', { name: button }).click();

  /** looksAway hides the page, as another window or tab does. */
  looksAway = () =>
    this.page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
      document.dispatchEvent(new Event('visibilitychange'));
    });

  /** chooses waits for the notification of a call and presses one of its buttons. */
  async chooses(action: 'answer' | 'decline'): Promise<void> {
    const context = this.page.context();
    const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
    await worker.evaluate(async (action) => {
      // What a service worker has is not among the types of a page.
      const here = self as unknown as { registration: ServiceWorkerRegistration; NotificationEvent: new (type: string, init: object) => Event };
      for (;;) {
        const notification = (await here.registration.getNotifications())[0];
        if (notification) return void self.dispatchEvent(new here.NotificationEvent('notificationclick', { notification, action }));
        await new Promise((next) => setTimeout(next, 20));
      }
    }, action);
  }

  /** is waits for a state of the dock, in any language. */
  private is = (state: string) => this.page.locator(`[data-at=${state}]`).waitFor();

  /** hears waits until a tone comes out of the page, and says when that was: milliseconds since 1970. */
  hears(hertz: number): Promise<number> {
    return this.page.evaluate(
      async ([hertz, ms]) => {
        const context = new AudioContext();
        const ear = context.createAnalyser();
        ear.fftSize = 8192;
        ear.smoothingTimeConstant = 0; // what was heard before must not count
        const levels = new Float32Array(ear.frequencyBinCount);
        let heard: MediaProvider | null = null;
        try {
          for (const end = Date.now() + ms; Date.now() < end; await new Promise((next) => setTimeout(next, 20))) {
            const stream = document.querySelector<HTMLAudioElement>('audio[data-phone=speaker]')?.srcObject ?? null;
            if (stream instanceof MediaStream && stream !== heard) context.createMediaStreamSource((heard = stream)).connect(ear);
            ear.getFloatFrequencyData(levels);
            const peak = levels.reduce((best, level, n) => (level > levels[best]! ? n : best), 0);
            if (levels[peak]! > -50 && Math.abs((peak * context.sampleRate) / ear.fftSize - hertz) < 15) return performance.timeOrigin + performance.now();
          }
          throw new Error(`waited in vain for a tone of ${hertz} Hz out of the page (${ms} ms)`);
        } finally {
          await context.close();
        }
      },
      [hertz, patience] as const,
    );
  }
}
