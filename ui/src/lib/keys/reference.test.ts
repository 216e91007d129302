import { expect, it } from "vitest";
import { referenceOf } from "$lib/keys/reference";

it.each([
  ["shop", "dev", "stripe", "kh://shop/dev/stripe"],
  ["my shop", "dev", "AWS (old)", "kh://my%20shop/dev/AWS%20%28old%29"],
  ["é", "a~b", "x.y_z-1", "kh://%C3%A9/a%7Eb/x.y_z-1"],
])("names a key as the protocol does: %s %s %s", (project, environment, name, reference) =>
  expect(referenceOf({ project, environment, name })).toBe(reference),
);
