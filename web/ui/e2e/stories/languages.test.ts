import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { livedIn, type LivedIn } from '../harness/livedIn';
import { lookers } from '../harness/screens';
import { Screen, type Language } from '../harness/screen';
import { clipped, untranslated } from '../harness/text';

let lived: LivedIn;
beforeAll(async () => {
  lived = await livedIn();
});
afterAll(() => lived?.office.close());

describe.each<Language>(['ru', 'uz-Latn', 'uz-Cyrl'])('in %s', { retry: 0, timeout: 300_000 }, (language) => {
  test.each(lookers)('what $who sees is in words, and the words fit', async ({ login, scenes }) => {
    const screen = await Screen.open(lived.office, login, { language, path: scenes[0]!.path(lived) });
    if (!login) screen.watch.allow(/401/); // nobody asks who he is, and is told
    for (const { name, path, then } of scenes) {
      await screen.goTo(path(lived));
      await then?.(screen.page);
      for (const width of [1440, 390] as const) {
        await screen.turn({ width });
        await screen.shot(name);
        expect.soft(await untranslated(screen.page), `${name}: keys instead of words`).toEqual([]);
        expect.soft(await clipped(screen.page), `${name}, ${width} px: clipped`).toEqual([]);
      }
    }
  });
});
