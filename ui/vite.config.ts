import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// `--mode fake` puts the in-memory backend in place of the Tauri one: for the
// tests of the views and for working on them in a browser. The shipped build
// holds no fake.
export default defineConfig(({ mode }) => ({
  plugins: [svelte()],
  base: "./",
  resolve: {
    alias: {
      $lib: here("src/lib"),
      $backend: here(mode === "fake" ? "src/lib/ipc/fake/index.ts" : "src/lib/ipc/tauri.ts"),
    },
  },
  build: {
    target: "es2022",
    // The first engines with light-dark(), so that tokens.css ships as it is written.
    cssTarget: ["chrome123", "safari17.5"],
    // Everything comes from the program itself: inlined fonts would break the CSP.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        main: here("index.html"),
        prompt: here("prompt.html"),
        reveal: here("reveal.html"),
      },
    },
  },
  server: { port: 5199, strictPort: true },
}));
