// A type has one name, and a name means one type. `Props` is local to each component.

import { expect, it } from "vitest";

const sources = import.meta.glob<string>("../../src/**/*.{ts,svelte}", {
  eager: true,
  query: "?raw",
  import: "default",
});

it("declares no name of a type twice", () => {
  const names = Object.values(sources).flatMap((source) =>
    [...source.matchAll(/^(?:export )?(?:type|interface|class|enum) (\w+)/gm)].map(
      ([, name]) => name,
    ),
  );
  const twice = names.filter((name, at) => name !== "Props" && names.indexOf(name) !== at);
  expect(names.length).toBeGreaterThan(200);
  expect(twice).toEqual([]);
});
