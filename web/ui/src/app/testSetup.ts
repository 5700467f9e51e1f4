import { afterEach, vi } from 'vitest';
import { cleanup } from '@testing-library/react';

// happy-dom has no media queries; Mantine asks for them.
window.matchMedia ??= vi.fn().mockImplementation((query: string) => ({
  matches: false,
  media: query,
  addEventListener: vi.fn(),
  removeEventListener: vi.fn(),
  addListener: vi.fn(),
  removeListener: vi.fn(),
}));

afterEach(cleanup);
