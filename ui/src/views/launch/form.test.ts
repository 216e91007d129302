// What the form of a launch says before anything is started.

import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it } from "vitest";
import { vault as fake } from "$lib/ipc/fake/index";
import { navigation } from "$lib/state/navigation.svelte";
import { vault } from "$lib/state/vault.svelte";
import LaunchForm from "./LaunchForm.svelte";

const user = userEvent.setup({ delay: null });

beforeEach(async () => {
  fake.locked = false;
  await vault.refresh();
});

function form(environment: string): HTMLFormElement {
  navigation.location = { project: "shop", environment };
  const { container } = render(LaunchForm, { onstarted: () => {} });
  return container.querySelector("form") as HTMLFormElement;
}

it("marks production, and nothing else", () => {
  const production = form("prod");
  expect(production.textContent).toContain("Production");
  expect(production.classList.contains("production")).toBe(true);
});

it("has no mark for development", () => {
  const development = form("dev");
  expect(development.textContent).not.toContain("Production");
  expect(development.classList.contains("production")).toBe(false);
});

it("names the tier of each environment that can be chosen", async () => {
  form("dev");
  await user.click(screen.getByRole("combobox", { name: "Environment" }));
  const options = await screen.findAllByRole("option");
  expect(options.map((each) => each.textContent?.trim().replace(/\s+/g, " "))).toContain(
    "prod Production",
  );
});

it("says that a command runs in the home folder until one is chosen", async () => {
  form("dev");
  const folder = screen.getByRole("group", { name: "Folder" });
  expect(folder.textContent).toContain("Home folder");
  await user.click(screen.getByRole("button", { name: /^Folder: Home folder/ }));
  await screen.findByRole("button", { name: /^Folder: \/home\/ada\/shop/ });
});
