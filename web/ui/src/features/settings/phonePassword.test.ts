import { expect, it } from 'vitest';
import { phonePassword } from './phonePassword';

it('is long, new each time, and without letters that look alike', () => {
  const made = Array.from({ length: 200 }, phonePassword);
  expect(new Set(made).size).toBe(made.length);
  for (const p of made) expect(p).toMatch(/^[a-km-np-zA-HJ-NP-Z2-9]{24}$/);
});
