/**
 * onTop puts what was typed into a form on top of what somebody else has saved
 * meanwhile: fields that were not touched take over his values.
 */
export function onTop<V extends object>(opened: V, typed: V, now: V): V {
  const out = { ...typed };
  for (const field of Object.keys(now) as (keyof V)[]) {
    if (same(opened[field], typed[field])) out[field] = now[field];
  }
  return out;
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
