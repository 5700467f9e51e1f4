import { expect, it } from 'vitest';
import type { OfficeUnit } from '@/api/schema';
import { declareOffice, officeValues } from './declare';
import { withKind, withPrefixes } from './dialling';

const unit: OfficeUnit = { id: 'o', name: 'Tashkent', timezone: 'Asia/Tashkent', region: 'UZ', effective_outcomes: [] };
const rules = { allow: ['national', '+7'], deny: ['+99890999'], roles: { agent: ['1055'], supervisor: ['international'] }, trunks: ['carrier'], caller_id: '+998712000001', per_hour: 30 };

it('says the same of rules that nobody has touched', () =>
  expect(declareOffice(officeValues({ ...unit, dialling: rules, effective_dialling: rules }), 'Tashkent').dialling).toEqual(rules));

it('begins with the rules that hold, and goes back to those above', () => {
  const values = officeValues({ ...unit, effective_dialling: rules });
  expect(values.dialling).toMatchObject({ own: false, allow: ['national', '+7'], per_hour: 30 });
  expect(declareOffice(values, 'Tashkent')).toMatchObject({ inherit_dialling: true });
  expect(declareOffice(values, 'Tashkent').dialling).toBeUndefined();
  expect(declareOffice(officeValues(), undefined)).toMatchObject({ inherit_dialling: true });
});

it('keeps kinds and prefixes apart', () => {
  expect(withKind(['+7', 'international'], 'national', true)).toEqual(['national', 'international', '+7']);
  expect(withKind(['national', '+7'], 'national', false)).toEqual(['+7']);
  expect(withPrefixes(['premium', '+7'], ['+7 495', '+7495', 'x', '1055'])).toEqual(['premium', '+7495', '1055']);
});
