// What the window shows of a vault that is made, locked and unlocked.

import { render, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, expect, it, vi } from "vitest";
import { vault as fake } from "$lib/ipc/fake/index";
import { navigation } from "$lib/state/navigation.svelte";
import { preferences } from "$lib/state/preferences.svelte";
import { vault } from "$lib/state/vault.svelte";
import App from "./App.svelte";

vi.stubGlobal("matchMedia", () => ({
  matches: false,
  addEventListener: () => {},
  removeEventListener: () => {},
}));

const welcome = () => screen.queryByRole("button", { name: "Create a vault" });
const views = () => screen.queryByRole("navigation", { name: "Views" });

beforeEach(async () => {
  fake.initialised = true;
  fake.locked = true;
  fake.view = "";
  await preferences.load();
  await vault.refresh();
});

it("shows a new vault only when the prompt with its recovery key has ended", async () => {
  fake.initialised = false;
  render(App);
  await waitFor(() => expect(welcome()).not.toBeNull());
  fake.send("keyhaven-prompt", true);
  fake.initialised = true;
  fake.locked = false;
  fake.emit({ event: "unlocked" });
  await waitFor(() => expect(vault.loaded).toBe(true));
  expect(welcome()).not.toBeNull();
  expect(views()).toBeNull();
  fake.send("keyhaven-prompt", false);
  await waitFor(() => expect(views()).not.toBeNull());
  expect(welcome()).toBeNull();
});

it("shows the last view again after a lock, and remembers each", async () => {
  fake.view = "activity";
  await preferences.load();
  render(App);
  await waitFor(() => expect(screen.queryByRole("button", { name: "Unlock" })).not.toBeNull());
  fake.locked = false;
  fake.emit({ event: "unlocked" });
  await waitFor(() => expect(views()).not.toBeNull());
  await waitFor(() => expect(navigation.view).toBe("activity"));
  navigation.go("settings");
  await waitFor(() => expect(fake.view).toBe("settings"));
  fake.locked = true;
  fake.emit({ event: "locked" });
  await waitFor(() => expect(views()).toBeNull());
  // What a lock clears is not what was shown last.
  expect([navigation.view, fake.view]).toEqual(["overview", "settings"]);
  fake.locked = false;
  fake.emit({ event: "unlocked" });
  await waitFor(() => expect(navigation.view).toBe("settings"));
});

it("shows what is due where a notification of several keys was clicked, also after unlocking", async () => {
  fake.view = "activity";
  await preferences.load();
  render(App);
  await waitFor(() => expect(screen.queryByRole("button", { name: "Unlock" })).not.toBeNull());
  fake.send("keyhaven-open", "due");
  fake.locked = false;
  fake.emit({ event: "unlocked" });
  await waitFor(() => expect(views()).not.toBeNull());
  await waitFor(() => expect(navigation.view).toBe("overview"));
  navigation.go("settings");
  fake.send("keyhaven-open", "due");
  await waitFor(() => expect(navigation.view).toBe("overview"));
  const [key] = fake.living;
  fake.send("keyhaven-open", key?.id ?? "");
  await waitFor(() => expect([navigation.view, navigation.selected]).toEqual(["keys", key?.id]));
});
