// What is wrong with the keys, and what its buttons do.

import { render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import { backend, vault as fake } from "$lib/ipc/fake/index";
import type { HealthFix, HealthSeverity } from "$lib/ipc/generated";
import type { HealthFindingView, HealthReport } from "$lib/ipc/generated-window";
import { navigation } from "$lib/state/navigation.svelte";
import { vault } from "$lib/state/vault.svelte";
import Health from "./Health.svelte";

const user = userEvent.setup({ delay: null });

beforeEach(async () => {
  vi.restoreAllMocks();
  navigation.reset();
  fake.locked = false;
  await vault.refresh();
});

const finding = (
  name: string,
  severity: HealthSeverity,
  fix: HealthFix,
  message = "It expired 3 days ago.",
): HealthFindingView => ({
  id: `id of ${name}`,
  project: "shop",
  environment: "dev",
  name,
  severity,
  message,
  fix,
  command: `kh fix ${name}`,
});

function found(findings: HealthFindingView[], more: Partial<HealthReport> = {}): void {
  const of = (severity: HealthSeverity) =>
    findings.filter((each) => each.severity === severity).length;
  vi.spyOn(backend, "health").mockResolvedValue({
    keys: 7,
    problems: of("problem"),
    warnings: of("warning"),
    notes: of("note"),
    findings,
    ...more,
  });
  render(Health);
}

it("shows findings by severity, the most urgent first", async () => {
  found([
    finding("stripe", "problem", "rotate"),
    finding("mail", "warning", "revoke"),
    finding("cloud", "note", "set_owner"),
  ]);
  await screen.findByRole("heading", { name: "1 problem" });
  const regions = screen.getAllByRole("region");
  const titles = regions.map((each) => within(each).getByRole("heading").textContent);
  expect(titles).toEqual(["Problems", "Warnings", "Notes"]);
  within(regions[0] as HTMLElement).getByText("stripe");
  screen.getByText(/^7 keys were checked\./);
});

it("says that nothing is wrong", async () => {
  found([]);
  await screen.findByRole("heading", { name: "No findings" });
  screen.getByText("Nothing was found about your 7 keys.");
});

it("says that there are no keys", async () => {
  found([], { keys: 0 });
  await screen.findByText("There are no keys to check yet.");
});

it("opens the dialog in which a finding is fixed, and the key", async () => {
  found([finding("stripe", "problem", "rotate"), finding("cloud", "note", "set_owner")]);
  await user.click(await screen.findByRole("button", { name: "New value…: stripe" }));
  expect(navigation.dialog).toEqual({ kind: "set", id: "id of stripe" });
  await user.click(screen.getByRole("button", { name: "Edit: cloud" }));
  expect(navigation.dialog).toEqual({ kind: "edit", id: "id of cloud" });
  await user.click(screen.getByRole("button", { name: /^cloud/ }));
  expect([navigation.view, navigation.selected]).toEqual(["keys", "id of cloud"]);
});

it("gives the command for what only a terminal can do", async () => {
  found([finding("mail", "warning", "revoke")]);
  await screen.findByText("kh fix mail");
  const copied = vi.fn().mockResolvedValue(undefined);
  vi.stubGlobal("navigator", { ...navigator, clipboard: { writeText: copied } });
  await user.click(screen.getByRole("button", { name: "Copy command: mail" }));
  vi.unstubAllGlobals();
  expect(copied).toHaveBeenCalledWith("kh fix mail");
  expect(navigation.dialog).toBeNull();
});

it("is worked by the keyboard, in the order of what is seen", async () => {
  found([finding("stripe", "problem", "rotate"), finding("mail", "warning", "set_interval")]);
  await screen.findByText("stripe");
  const names: (string | null | undefined)[] = [];
  for (let presses = 0; presses < 4; presses++) {
    await user.tab();
    const at = document.activeElement;
    names.push(at?.getAttribute("aria-label") ?? at?.textContent?.trim().split(/\s/)[0]);
  }
  expect(names).toEqual(["stripe", "New value…: stripe", "mail", "Edit: mail"]);
  await user.keyboard("{Enter}");
  expect(navigation.dialog).toEqual({ kind: "edit", id: "id of mail" });
});

it("shows the first of many, then all, and counts what the answer leaves out", async () => {
  const many = Array.from({ length: 1000 }, (_, at) => finding(`key-${at}`, "warning", "rotate"));
  found(many, { warnings: 4_000 });
  await screen.findByText("key-49");
  expect(screen.queryByText("key-50")).toBeNull();
  screen.getByText(/3,000 more findings are not shown/);
  await user.click(screen.getByRole("button", { name: "Show all 1,000" }));
  screen.getByText("key-999");
});

it("shows why there is no answer, and asks again", async () => {
  const asked = vi.spyOn(backend, "health");
  asked.mockRejectedValueOnce({ code: "locked", message: "The vault is locked.", hint: null });
  render(Health);
  await screen.findByText("The vault is locked.");
  await user.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(screen.queryByText("The vault is locked.")).toBeNull());
});

it("asks again after a change", async () => {
  found([]);
  await screen.findByRole("heading", { name: "No findings" });
  const asked = vi.mocked(backend.health).mock.calls.length;
  await vault.refresh();
  await waitFor(() => expect(backend.health).toHaveBeenCalledTimes(asked + 1));
});
