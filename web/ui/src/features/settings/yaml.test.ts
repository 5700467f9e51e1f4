import { expect, it } from 'vitest';
import { toYaml } from './yaml';

it('writes an office file', () =>
  expect(
    toYaml({
      offices: [{ name: 'Ташкент', timezone: 'Asia/Tashkent', region: 'UZ', parent: undefined }],
      queues: [{ name: 'sales', agents: ['anna', 'bek'], previous_manager: { mode: 'last-spoken', wait: '20s' }, record: true, priority: -5 }],
      numbers: [{ number: '+998712000001', source: 'web: banner' }],
    }),
  ).toBe(`offices:
  - name: Ташкент
    timezone: Asia/Tashkent
    region: UZ
queues:
  - name: sales
    agents: [anna, bek]
    previous_manager:
      mode: last-spoken
      wait: 20s
    record: true
    priority: -5
numbers:
  - number: "+998712000001"
    source: "web: banner"
`));

it.each([
  ['101', '"101"'],
  ['1e3', '"1e3"'],
  ['no', '"no"'],
  ['Null', '"Null"'],
  ['', '""'],
  [' padded', '" padded"'],
  ['padded ', '"padded "'],
  ['a # b', '"a # b"'],
  ['- dash', '"- dash"'],
  ['say "yes"', '"say \\"yes\\""'],
  ['two\nlines', '"two\\nlines"'],
  ['20s', '20s'],
  ['192.0.2.0/24', '192.0.2.0/24'],
  ['192.0.2.1', '"192.0.2.1"'],
  ['2001:db8::1', '"2001:db8::1"'],
  ['Oʻzbekiston', 'Oʻzbekiston'],
])('%j is written %s', (text, written) => expect(toYaml({ v: text })).toBe(`v: ${written}\n`));

it('writes an empty list', () => expect(toYaml({ agents: [] })).toBe('agents: []\n'));
