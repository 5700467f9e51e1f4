import { describe, expect, it } from 'vitest';
import { decidePop, type Moment, thisMoment } from './pop';

const idle: Moment = { typing: false, draft: false, dialog: false, place: '/', shown: undefined };

describe('the card of a call', () => {
  it.each<[string, Partial<Moment>, string]>([
    ['opens by itself on the desk', {}, 'navigate'],
    ['opens by itself over a list that is only looked at', { place: '/calls' }, 'navigate'],
    ['opens by itself over the card of the call before', { shown: 'c0' }, 'navigate'],
    ['waits while somebody types', { typing: true }, 'banner'],
    ['waits while something is not saved', { draft: true, place: '/contacts/k' }, 'banner'],
    ['waits behind a dialog', { dialog: true }, 'banner'],
    ['does not break into the settings', { place: '/settings/queues' }, 'banner'],
    ['is there already', { shown: 'c1', typing: true }, 'none'],
  ])('%s', (_, moment, want) => expect(decidePop({ ...idle, ...moment }, 'c1')).toBe(want));
});

it('sees what the agent is doing', () => {
  document.body.innerHTML = '<input id="i"><div data-draft></div>';
  document.getElementById('i')!.focus();
  expect(thisMoment('/', undefined)).toMatchObject({ typing: true, draft: true, dialog: false });
  document.body.innerHTML = '<button id="b">ok</button><div role="dialog" aria-modal="true"></div>';
  document.getElementById('b')!.focus();
  expect(thisMoment('/', undefined)).toMatchObject({ typing: false, draft: false, dialog: true });
});
