import { fireEvent, render } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { useKeys } from './useKeys';

function Keys({ bind, rank }: { bind: Parameters<typeof useKeys>[0]; rank?: 'screen' | 'phone' | 'question' }) {
  useKeys(bind, { rank });
  return null;
}

afterEach(() => void (document.body.innerHTML = ''));

const press = (key: string, init: KeyboardEventInit = {}) => fireEvent.keyDown(document.body, { key, ...init });

it('asks the question first, then the phone, then the screen, whoever came first', () => {
  const [screen, phone, question] = [vi.fn(), vi.fn(), vi.fn()];
  const { rerender } = render(
    <>
      <Keys bind={{ 1: question }} rank="question" />
      <Keys bind={{ n: phone }} rank="phone" />
      <Keys bind={{ n: screen, 1: screen }} />
    </>,
  );
  press('1');
  press('n');
  expect([screen, phone, question].map((f) => f.mock.calls.length)).toEqual([0, 1, 1]);
  rerender(<Keys bind={{ n: screen }} />);
  press('n');
  expect(screen).toHaveBeenCalledOnce();
});

it('passes over who does not want the key now', () => {
  const screen = vi.fn();
  render(
    <>
      <Keys bind={{ o: screen }} />
      <Keys bind={{ o: undefined }} rank="phone" />
    </>,
  );
  press('o');
  expect(screen).toHaveBeenCalledOnce();
});

it('leaves keys to fields, dialogs and open menus', () => {
  const hear = vi.fn();
  render(<Keys bind={{ Escape: hear, n: hear }} />);
  document.body.innerHTML = '<input id="i"><div role="menu"></div>';
  press('Escape');
  document.querySelector('[role=menu]')!.remove();
  fireEvent.keyDown(document.getElementById('i')!, { key: 'n' });
  expect(hear).not.toHaveBeenCalled();
  press('Escape');
  expect(hear).toHaveBeenCalledOnce();
});

it('knows a key by its place in Cyrillic, but Shift with a digit is another sign', () => {
  const [letter, digit] = [vi.fn(), vi.fn()];
  render(<Keys bind={{ n: letter, 3: digit }} />);
  press('т', { code: 'KeyN' });
  press('№', { code: 'Digit3', shiftKey: true });
  expect(letter).toHaveBeenCalledOnce();
  expect(digit).not.toHaveBeenCalled();
});

it('means a key once that is held down', () => {
  const hear = vi.fn();
  render(<Keys bind={{ m: hear }} />);
  press('m');
  press('m', { repeat: true });
  expect(hear).toHaveBeenCalledOnce();
});
