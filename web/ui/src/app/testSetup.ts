import { afterEach, vi } from 'vitest';
import { cleanup } from '@testing-library/react';

// happy-dom has no media queries; Mantine asks for them.
if (!('matchMedia' in window)) {
  const media = { matches: false, addEventListener: vi.fn(), removeEventListener: vi.fn(), addListener: vi.fn(), removeListener: vi.fn() };
  Object.assign(window, { matchMedia: (query: string) => ({ ...media, media: query }) });
}

afterEach(cleanup);
