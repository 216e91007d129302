// The list of keys with a filter.

import { render, screen } from "@testing-library/svelte";
import { beforeEach, expect, it, vi } from "vitest";
import { vault as fake } from "$lib/ipc/fake/index";
import { navigation } from "$lib/state/navigation.svelte";
import { vault } from "$lib/state/vault.svelte";
import Keys from "./Keys.svelte";

vi.stubGlobal("matchMedia", () => ({
  matches: false,
  addEventListener: () => {},
  removeEventListener: () => {},
}));

beforeEach(async () => {
  fake.locked = false;
  navigation.reset();
  await vault.refresh();
});

it("offers a search in all projects only where one is chosen", async () => {
  navigation.filter = "no such key";
  render(Keys);
  await screen.findByText("Try a shorter filter.");
  expect(screen.queryByText(/all projects/)).toBeNull();
  navigation.location = { project: "shop", environment: null };
  await screen.findByText("Try a shorter filter, or search in all projects.");
});
