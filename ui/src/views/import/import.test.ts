// An import: what is chosen, where it goes, and what is left out.

import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import { backend, vault as fake } from "$lib/ipc/fake/index";
import { vault } from "$lib/state/vault.svelte";
import ImportDialog from "./ImportDialog.svelte";

const user = userEvent.setup({ delay: null });
const nowhere = { project: null, environment: null };
const field = (name: string) => screen.getByRole("combobox", { name }) as HTMLInputElement;

beforeEach(async () => {
  fake.locked = false;
  fake.importing = "shop.env";
  await vault.refresh();
});

async function choose(location = nowhere as { project: string | null; environment: null }) {
  const onclose = vi.fn();
  render(ImportDialog, { location, onclose });
  await user.click(screen.getByRole("button", { name: "Choose a file…" }));
  const chosen = new RegExp(`^${fake.importing.replace(".", "\\.")}, \\d+ variables?$`);
  await screen.findByText(chosen, { selector: "p" });
  return onclose;
}

it("names the file, guesses its place, and imports with Enter all but what is left out", async () => {
  const applied = vi.spyOn(backend, "importApply");
  await choose();
  expect(field("Project").value).toBe("fresh");
  await user.type(field("Environment"), "dev");
  const [first] = screen.getAllByRole<HTMLInputElement>("checkbox");
  const name = first?.getAttribute("aria-label")?.replace("Import ", "") ?? "";
  await user.click(first as HTMLElement);
  await screen.findByText("left out");
  await waitFor(() =>
    expect(screen.getByRole("button", { name: /^Import \d+ keys$/ })).toHaveProperty(
      "disabled",
      false,
    ),
  );
  // Esc is the list's while that is open.
  await user.click(field("Project"));
  await user.keyboard("{Escape}");
  expect(screen.queryByText("Discard what you entered?")).toBeNull();
  // The library presses no button outside a form for Enter.
  await fireEvent.submit(field("Project").form as HTMLFormElement);
  await waitFor(() => expect(applied).toHaveBeenCalledOnce());
  expect(applied.mock.calls[0]?.[0].left_out).toEqual([name]);
  expect(fake.living.some((each) => each.project === "fresh" && each.name === name)).toBe(false);
});

it("keeps the location that was chosen against the guess", async () => {
  await choose({ project: "blog", environment: null });
  expect(field("Project").value).toBe("blog");
});

it("asks before a preview is lost", async () => {
  const onclose = await choose();
  await user.keyboard("{Escape}");
  await screen.findByText("Discard what you entered?");
  expect(onclose).not.toHaveBeenCalled();
  await user.click(screen.getByRole("button", { name: "Discard" }));
  expect(onclose).toHaveBeenCalledOnce();
});

const importButton = () =>
  screen.getByRole<HTMLButtonElement>("button", { name: /^Import \d+ key/ });

async function place(project: string): Promise<void> {
  await user.clear(field("Project"));
  await user.type(field("Project"), project);
  await user.type(field("Environment"), "dev");
}

it("lists the lines that cannot be read, and imports the others only after a yes", async () => {
  fake.importing = "broken.env";
  const applied = vi.spyOn(backend, "importApply");
  await choose();
  await place("broken");
  expect(screen.getByText("2 lines cannot be read")).toBeTruthy();
  expect(screen.getByText("Line 4, column 9: expected a closing quote for this one")).toBeTruthy();
  await screen.findByText(/^2 new/);
  expect(importButton().disabled).toBe(true);
  await user.click(screen.getByRole("checkbox", { name: "Import the other lines" }));
  await waitFor(() => expect(importButton().disabled).toBe(false));
  await fireEvent.submit(field("Project").form as HTMLFormElement);
  await waitFor(() => expect(applied).toHaveBeenCalled());
  expect(applied.mock.lastCall?.[0].skip_invalid).toBe(true);
  await screen.findByText(/^2 keys are in broken\/dev/);
});

it("stores an AWS key as one key with its fields, if that is wanted", async () => {
  fake.importing = "aws.env";
  await choose();
  await place("cloud");
  const join = await screen.findByRole("switch", { name: /as one key with 2 fields$/ });
  expect((join as HTMLInputElement).checked).toBe(false);
  await user.click(join);
  await screen.findAllByText("a field of aws");
  await waitFor(() => expect(importButton().textContent).toMatch("Import 1 key"));
  await fireEvent.submit(field("Project").form as HTMLFormElement);
  await screen.findByText(/^1 key is in cloud\/dev/);
  const stored = fake.living.find((each) => each.project === "cloud");
  expect(stored?.field_list.map((each) => each.name)).toEqual([
    "access_key_id",
    "secret_access_key",
  ]);
});

it("leaves out with one press what is there from elsewhere", async () => {
  fake.importing = "broken.env";
  const taken = fake.add("elsewhere", "dev", null, {
    ...fake.living[0],
    fields: [{ name: "value", kind: "plain", variable: "HOST", allow_loader_variable: false }],
    name: "host",
  } as never);
  expect(taken.name).toBe("host");
  await choose();
  await place("elsewhere");
  await screen.findByText(/^host already exists/);
  await user.click(screen.getByRole("button", { name: "Leave out" }));
  await screen.findByText("left out");
  await waitFor(() => expect(screen.queryByText(/^host already exists/)).toBeNull());
});

it("lists two lines at one place of a file, and two remarks on one value", async () => {
  const bad = { line: 2, column: 4, expected: "`=` or `: ` after the name" };
  const left = { line: 3, what: "B", why: "stored as it is" };
  vi.spyOn(backend, "importChoose").mockResolvedValueOnce({
    id: 1,
    file_name: "broken.env",
    suggested: { project: null, environment: null },
    items: [],
    left_out: [left, left],
    skipped: [bad, bad],
    aws_key: [],
  });
  render(ImportDialog, { location: nowhere, onclose: vi.fn() });
  await user.click(screen.getByRole("button", { name: "Choose a file…" }));
  expect(await screen.findAllByText(/^Line 2, column 4: expected/)).toHaveLength(2);
  expect(screen.getAllByText("stored as it is")).toHaveLength(2);
});
