import { expect, it } from 'vitest';
import { weakness } from './weak';

it.each([
  ['', 'short'],
  ['семьбук', 'short'],
  ['восьмоеЧудо', undefined],
  ['aaaaaaaa', 'monotonous'],
  ['abAbabab', 'monotonous'],
  ['12345678', 'monotonous'],
  ['hgfedcba', 'monotonous'],
  ['12345679', undefined],
  ['ў'.repeat(3) + 'lilac meadow', undefined],
  ['lilac '.repeat(200), 'long'],
])('%s is %s', (password, expected) => expect(weakness(password)).toBe(expected));
