/** keys names everything that the query cache holds, from the general to the particular. */
export const keys = {
  session: ['session'] as const,
  contacts: {
    all: ['contacts'] as const,
    list: (filter: object) => ['contacts', 'list', filter] as const,
    one: (id: string) => ['contacts', 'one', id] as const,
    timeline: (id: string, filter: object = {}) => ['contacts', 'timeline', id, filter] as const,
  },
  calls: {
    all: ['calls'] as const,
    list: (filter: object) => ['calls', 'list', filter] as const,
    one: (id: string) => ['calls', 'one', id] as const,
    peaks: (id: string) => ['calls', 'peaks', id] as const,
    trace: (id: string) => ['calls', 'trace', id] as const,
  },
  tasks: {
    all: ['tasks'] as const,
    list: (filter: object) => ['tasks', 'list', filter] as const,
  },
  agents: ['agents'] as const,
  queues: ['queues'] as const,
  outcomes: (queue: string) => ['outcomes', queue] as const,
  board: (queue: string) => ['board', queue] as const,
  search: (q: string) => ['search', q] as const,
  notifications: ['notifications'] as const,
  me: { sessions: ['me', 'sessions'] as const, tokens: ['me', 'tokens'] as const },
  office: {
    all: ['office'] as const,
    part: (part: string, filter: object = {}) => ['office', part, filter] as const,
  },
  demo: ['demo'] as const,
};
