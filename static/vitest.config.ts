import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['src/**/*.test.ts', 'bundle/**/*.test.mjs', 'probe/**/*.test.mjs'], environment: 'node', restoreMocks: true },
});
