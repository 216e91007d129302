// When a key is rotated, and why then.

import { render, screen } from "@testing-library/svelte";
import { beforeEach, expect, it } from "vitest";
import { vault as fake } from "$lib/ipc/fake/index";
import type { CredentialView, Metadata } from "$lib/ipc/generated";
import { dayAfter } from "$lib/time/relative";
import { metadataOf } from "../edit/draft.svelte";
import KeyFacts from "./KeyFacts.svelte";

beforeEach(() => {
  fake.locked = false;
});

function key(rotation: Partial<Metadata>): CredentialView {
  const found = fake.living.find((each) => !each.plain && each.rotate_every_days !== null);
  if (found === undefined) throw new Error("no key");
  const none = { rotate_every_days: null, rotate_on: null, never_rotate: null };
  return fake.edit(found, { ...metadataOf(found), ...none, ...rotation });
}

it("names the reason of a key that is never rotated", () => {
  render(KeyFacts, { view: key({ never_rotate: "the provider has no rotation" }) });
  expect(screen.getByText("Never: the provider has no rotation")).toBeDefined();
});

it("says what set the date: a day that somebody chose, or the last new value", () => {
  const { unmount } = render(KeyFacts, { view: key({ rotate_on: dayAfter(fake.now, 10) }) });
  expect(screen.getByText("A fixed day, until the next new value")).toBeDefined();
  expect(screen.getByText("in 10 days")).toBeDefined();
  unmount();
  render(KeyFacts, { view: key({ rotate_every_days: 120 }) });
  expect(screen.getByText(/^120 days after the new value of /)).toBeDefined();
});

it("says that there is no policy", () => {
  render(KeyFacts, { view: key({}) });
  expect(screen.getByText("no policy")).toBeDefined();
});

it("shows what is stored twice twice", () => {
  const twice = { scopes: ["read", "read"], tags: ["ci", "ci"], allowed_ips: ["::1", "::1"] };
  render(KeyFacts, { view: key(twice) });
  for (const text of ["read", "ci", "::1"]) expect(screen.getAllByText(text)).toHaveLength(2);
});
