import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  resolve: {
    alias: { $lib: here("src/lib"), $backend: here("src/lib/ipc/fake/index.ts") },
  },
  test: {
    environment: "jsdom",
    include: [
      "src/**/*.test.ts",
      "tests/*.test.ts",
      "tests/styles/**/*.test.ts",
      "tests/texts/**/*.test.ts",
    ],
    setupFiles: ["tests/setup.ts"],
    env: { TZ: process.env.KEYHAVEN_TEST_ZONE ?? "UTC", LANG: "en_GB.UTF-8" },
    restoreMocks: true,
    // Reached only by a test that fails: typing takes seconds on a machine that is busy.
    testTimeout: 60_000,
  },
});
