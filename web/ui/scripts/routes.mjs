// Writes src/routeTree.gen.ts without starting Vite.
import { Generator, getConfig } from '@tanstack/router-generator';
import path from 'node:path';
import { routerOptions } from './routerOptions.mjs';

const root = path.resolve(import.meta.dirname, '..');
await new Generator({ config: getConfig(routerOptions, root), root }).run();
