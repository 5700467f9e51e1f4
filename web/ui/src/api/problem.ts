import type { Problem } from './schema';

/** ApiProblem is an error that the server explains (RFC 9457). */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  /** Field to blame, in dotted form. */
  readonly field: string | undefined;
  readonly fields: { field: string; detail: string }[];
  readonly meta: Record<string, unknown>;

  constructor(p: Pick<Problem, 'status' | 'code' | 'detail'> & Partial<Problem>) {
    super(p.detail);
    this.name = 'ApiProblem';
    this.status = p.status;
    this.code = p.code;
    this.field = p.field;
    this.fields = p.errors ?? (p.field ? [{ field: p.field, detail: p.detail }] : []);
    this.meta = p.meta ?? {};
  }
}

/** Offline is what a request ends with when no answer came at all. */
export class Offline extends Error {
  constructor(cause: unknown) {
    super('the server does not answer', { cause });
    this.name = 'Offline';
  }
}

/** isAway: the server or its database does not answer; the same may well be taken in a moment. */
export const isAway = (err: unknown) => err instanceof Offline || (err instanceof ApiProblem && err.status >= 500);
export const isGone = (err: unknown) => err instanceof ApiProblem && err.status === 404;
export const isConflict = (err: unknown): err is ApiProblem => err instanceof ApiProblem && err.status === 409;
export const isSignedOut = (err: unknown) => err instanceof ApiProblem && err.status === 401;
