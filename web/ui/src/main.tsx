import './app/nonce';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './app/global.css';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { makeQueryClient } from './api/cache';
import { Providers } from './app/Providers';
import { makeRouter } from './app/router';
import { startWords } from './i18n';

await startWords();
const cache = makeQueryClient();
const router = makeRouter(cache);
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Providers cache={cache}>
      <RouterProvider router={router} />
    </Providers>
  </StrictMode>,
);
