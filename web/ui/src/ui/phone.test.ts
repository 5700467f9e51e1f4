import { expect, it } from 'vitest';
import { prettyPhone } from './phone';

it.each([
  ['+998901234567', '+998 90 123 45 67'],
  ['+79161234567', '+7 916 123-45-67'],
  ['+442071838750', '+442 071 838 750'],
  ['+998712000001;ext=12', '+998 71 200 00 01 ,12'],
  ['raw:carrier:112', '112'],
  ['', ''],
])('%s is shown as %s', (number, text) => expect(prettyPhone(number)).toBe(text));
