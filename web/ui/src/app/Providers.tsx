import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { nonce } from './nonce';
import { schemeManager } from './scheme';
import { theme, variables } from './theme';

const manager = schemeManager();

export function Providers({ cache, children }: { cache: QueryClient; children: ReactNode }) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      colorSchemeManager={manager}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={cache}>{children}</QueryClientProvider>
      <Notifications position="bottom-left" autoClose={6000} limit={3} />
    </MantineProvider>
  );
}
