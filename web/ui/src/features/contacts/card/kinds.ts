/** Kinds of lines of a timeline that can be chosen. */
export const activityKinds = ['call', 'note'] as const;
export type ActivityKind = (typeof activityKinds)[number];
