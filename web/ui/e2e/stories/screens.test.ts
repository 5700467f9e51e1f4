import { afterAll, beforeAll, expect, test } from 'vitest';
import { livedIn, type LivedIn } from '../harness/livedIn';
import { lookers } from '../harness/screens';
import { Screen } from '../harness/screen';
import { clipped, untranslated } from '../harness/text';

let lived: LivedIn;
beforeAll(async () => {
  lived = await livedIn();
});
afterAll(() => lived?.office.close());

// The rules of axe are tried on the widest and the narrowest screen, one of them dark:
// what stands there differs by the width, the colours by the scheme.
const views = [
  { width: 1440, scheme: 'light', axe: true },
  { width: 1024, scheme: 'dark', axe: false },
  { width: 390, scheme: 'dark', axe: true },
] as const;

test.each(lookers)('what $who sees fits every width, is read in light and dark, and hinders nobody', { retry: 0, timeout: 300_000 }, async ({ login, scenes }) => {
  const screen = await Screen.open(lived.office, login, { path: scenes[0]!.path(lived) });
  if (!login) screen.watch.allow(/401/); // nobody asks who he is, and is told
  for (const { name, path, then } of scenes) {
    await screen.goTo(path(lived));
    await then?.(screen.page);
    for (const { axe, ...view } of views) {
      await screen.turn(view);
      await screen.shot(name);
      const where = `${name}, ${view.width} px, ${view.scheme}`;
      expect.soft(await clipped(screen.page), `${where}: clipped`).toEqual([]);
      if (axe) expect.soft(await screen.axe(), `${where}: axe`).toEqual([]);
    }
    expect.soft(await untranslated(screen.page), `${name}: keys instead of words`).toEqual([]);
  }
});
