// The list of keys with a filter.

import { render, screen, waitFor } from "@testing-library/svelte";
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

it("lists what is due by date where the filter asks for it, and by name otherwise", async () => {
  // A list without a height has no rows.
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(4_000);
  render(Keys);
  const names = () => {
    const rows = new Map(vault.rows.map((row) => [`key-${row.id}`, row]));
    return screen.getAllByRole("option").flatMap(({ id }) => rows.get(id) ?? []);
  };
  const distances = () =>
    names().map((row) => {
      const { expires_in, rotation_in } = row;
      return Math.min(expires_in?.seconds ?? Infinity, rotation_in?.seconds ?? Infinity);
    });
  const ascending = (numbers: number[]) => numbers.toSorted((a, b) => a - b);
  await screen.findAllByRole("option");
  expect(distances()).not.toEqual(ascending(distances()));
  navigation.filter = "this week";
  await waitFor(() => expect(names().length).toBeLessThan(vault.rows.length));
  expect(names().length).toBeGreaterThan(2);
  expect(distances()).toEqual(ascending(distances()));
});
