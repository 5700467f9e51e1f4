import type { UseFormReturnType } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '@/api/client';
import { keys } from '@/api/keys';
import { ApiProblem, isConflict } from '@/api/problem';
import type { Change, OfficeChanges } from '@/api/schema';
import { errorWords } from '@/ui/errorWords';
import { complain, notice } from '@/ui/notice';
import { fieldOf } from './declare';
import { onTop } from './onTop';

/** Base names what a change is based on: a revision of the office, or a version of a person. */
export type Base = string | number | undefined;

export interface Meanwhile {
  base: Base;
  lines: MeanwhileLine[];
}
/** What somebody else has done since the form was opened. */
export interface MeanwhileLine {
  who?: string;
  at?: string;
  object: string;
  action: string;
  fields: { field: string; from: unknown; to: unknown }[];
}

export interface Editing<V> {
  form: UseFormReturnType<V>;
  /** What the server has now: the form, when it is opened, is based on it. */
  base: Base;
  /** The same as the form's values; missing: the object is new. */
  now?: V;
  declare: (values: V) => OfficeChanges;
  /** Takes the object away; missing: it can't be. */
  removal?: () => OfficeChanges;
  /** What takes the change back; missing: there is no way back. */
  undo?: (values: V) => OfficeChanges | undefined;
  /** Applies the change, if not as a change of the office. */
  apply?: (values: V, base: Base) => Promise<unknown>;
  /** Explains a 409, if not by the office's revision. */
  explain?: (err: ApiProblem) => Promise<Meanwhile>;
  /** After it is applied. */
  onDone: () => void;
}

const post = (body: OfficeChanges, base: Base, dry_run: boolean) =>
  answer(api.POST('/office/changes', { params: { query: { dry_run } }, body: { ...body, base: typeof base === 'string' ? base : undefined } }));

interface Review {
  changes: Change[];
  removing: boolean;
}

/**
 * useChange is the way of every change of the office: the form, what it would change
 * (told by the server), and then the change itself. When somebody else was faster the
 * form stays, and what he did is told.
 */
export function useChange<V extends object>(editing: Editing<V>) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [review, setReview] = useState<Review>();
  const [meanwhile, setMeanwhile] = useState<Meanwhile>();
  const [trouble, setTrouble] = useState<string>();
  const [rebasing, setRebasing] = useState(false);
  const base = useRef(editing.base);
  const { form } = editing;

  const failed = async (err: unknown) => {
    setReview(undefined);
    if (isConflict(err) && !err.field) {
      setMeanwhile(await (editing.explain ?? explainOffice)(err));
      return;
    }
    const fields = err instanceof ApiProblem ? err.fields.map(({ field, detail }) => ({ field: fieldOf(field), detail })) : [];
    const onForm = fields.filter(({ field }) => field !== '' && at(form.values, field) !== undefined);
    for (const { field, detail } of onForm) form.setFieldError(field, detail);
    const rest = fields.filter((f) => !onForm.includes(f)).map((f) => f.detail);
    if (onForm.length === 0 || rest.length > 0) setTrouble(rest.length ? rest.join(' ') : errorWords(t, err));
  };
  const wanted = (removing: boolean) => (removing ? editing.removal!() : editing.declare(form.getValues()));

  const ask = useMutation({
    mutationFn: (removing: boolean) => post(wanted(removing), base.current, true),
    onMutate() {
      setTrouble(undefined);
      setMeanwhile(undefined);
    },
    onSuccess: ({ changes }, removing) => setReview({ changes, removing }),
    onError: failed,
  });
  const apply = useMutation({
    async mutationFn(removing: boolean) {
      if (!removing && editing.apply) return editing.apply(form.values, base.current);
      return post(wanted(removing), base.current, false);
    },
    async onSuccess(_, removing) {
      const back = removing ? undefined : editing.undo?.(form.values);
      await cache.invalidateQueries({ queryKey: keys.office.all });
      notice(
        t('settings.applied'),
        back &&
          (() =>
            post(back, undefined, false).then(
              () => cache.invalidateQueries({ queryKey: keys.office.all }),
              complain,
            )),
      );
      editing.onDone();
    },
    onError: failed,
  });

  // What the server has now may be here already when it is asked for, or come later.
  useEffect(() => {
    if (!rebasing || editing.base === base.current) return;
    setRebasing(false);
    base.current = editing.base;
    if (editing.now) {
      const merged = onTop(form.getInitialValues(), form.getValues(), editing.now);
      form.setInitialValues(editing.now);
      form.setValues(merged);
    }
    ask.mutate(false);
  }, [rebasing, editing.base, editing.now, form, ask]);

  return {
    review,
    meanwhile,
    trouble,
    asking: ask.isPending || rebasing,
    applying: apply.isPending,
    /** Asks what the form would change. */
    ask: () => !form.validate().hasErrors && ask.mutate(false),
    askRemoval: () => ask.mutate(true),
    apply: () => review && apply.mutate(review.removing),
    back: () => setReview(undefined),
    /** Goes on from what there is now. */
    rebase() {
      setRebasing(true);
      void cache.invalidateQueries({ queryKey: keys.office.all });
    },
  };
}

const at = (values: object, path: string): unknown => path.split('.').reduce<unknown>((v, key) => (v as Record<string, unknown> | undefined)?.[key], values);

interface Step {
  at: string;
  login: string;
  action: string;
  object: string;
  diff: Record<string, [unknown, unknown]>;
}

function explainOffice(err: ApiProblem): Promise<Meanwhile> {
  const { revision, changes } = err.meta as { revision?: string; changes?: Step[] };
  return Promise.resolve({
    base: revision,
    lines: (changes ?? []).map((s) => ({
      who: s.login,
      at: s.at,
      object: s.object,
      action: s.action,
      fields: Object.entries(s.diff).map(([field, [from, to]]) => ({ field, from, to })),
    })),
  });
}
