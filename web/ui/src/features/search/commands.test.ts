import { expect, it } from 'vitest';
import { type Command, matching } from './commands';

const command = (label: string, also?: string): Command => ({ id: label, label, also, run: () => undefined });
const all = [command('Новый контакт', 'создать'), command('Звонки'), command('Ish stoli', 'desk')];
const found = (typed: string) => matching(all, typed).map((c) => c.label);

it('finds a command by the beginnings of its words, whatever their order', () => {
  expect(found('')).toHaveLength(3);
  expect(found('конт нов')).toEqual(['Новый контакт']);
  expect(found('СОЗД')).toEqual(['Новый контакт']);
  expect(found('desk')).toEqual(['Ish stoli']);
  expect(found('онтакт')).toEqual([]);
});
