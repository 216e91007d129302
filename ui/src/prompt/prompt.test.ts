// The prompt's forms: what is sent, what is said, and that no password stays in a field.

import { render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { promptBackend } from "$backend";
import type { PromptStart } from "$lib/ipc/backend";
import Create from "./Create.svelte";
import RecoveryKey from "./RecoveryKey.svelte";
import Unlock from "./Unlock.svelte";

const start: PromptStart = {
  kind: "unlock",
  vault_name: "Personal",
  folder: "/home/ada/vault",
  due_this_week: 2,
  overdue: 0,
  minimum_length: 10,
  theme: "system",
};
const field = (label: string) => screen.getByLabelText(label) as HTMLInputElement;

describe("unlock", () => {
  it("says what is due, takes the password, and ends", async () => {
    const finish = vi.spyOn(promptBackend, "finish");
    render(Unlock, { start });
    expect(screen.getByText("Two keys are due this week")).toBeTruthy();
    expect(document.activeElement).toBe(field("Master password"));
    await userEvent.keyboard("correct horse battery{Enter}");
    await waitFor(() => expect(finish).toHaveBeenCalledOnce());
    expect(field("Master password").value).toBe("");
  });

  it("empties the field after a wrong password and says so", async () => {
    const finish = vi.spyOn(promptBackend, "finish");
    render(Unlock, { start });
    await userEvent.keyboard("wrong{Enter}");
    await screen.findByText("The password is wrong. Check caps lock and the keyboard layout.");
    expect(field("Master password").value).toBe("");
    expect(finish).not.toHaveBeenCalled();
  });

  it("opens an older copy only after a yes", async () => {
    const unlock = vi.spyOn(promptBackend, "unlock");
    render(Unlock, { start });
    await userEvent.keyboard("older{Enter}");
    await userEvent.click(await screen.findByRole("button", { name: "Open it all the same" }));
    await waitFor(() => expect(field("Master password").value).toBe(""));
    expect(unlock.mock.calls).toEqual([
      ["older", false],
      ["older", true],
    ]);
  });
});

describe("create", () => {
  const button = () =>
    screen.getByRole("button", { name: "Create the vault" }) as HTMLButtonElement;

  it("waits for two equal passwords of the least length", async () => {
    const oncreated = vi.fn();
    render(Create, { start, oncreated });
    await userEvent.type(field("Master password"), "short");
    await screen.findByText(/At least 10 characters/);
    await userEvent.type(field("Master password"), " but longer");
    await userEvent.type(field("The same again"), "short but other");
    await screen.findByText("The two are not the same");
    expect(button().disabled).toBe(true);
    await userEvent.clear(field("The same again"));
    await userEvent.type(field("The same again"), "short but longer");
    expect(button().disabled).toBe(false);
    await userEvent.click(button());
    await waitFor(() => expect(oncreated).toHaveBeenCalledOnce());
    expect(field("Master password").value).toBe("");
    expect(field("The same again").value).toBe("");
  });
});

describe("the recovery key", () => {
  it("is shown in groups and must be said to be saved", async () => {
    const finish = vi.spyOn(promptBackend, "finish");
    render(RecoveryKey, { text: "AAAAA-BBBBB CCCCC" });
    expect(screen.getAllByRole("listitem").map((item) => item.textContent)).toEqual([
      "AAAAA",
      "BBBBB",
      "CCCCC",
    ]);
    const open = screen.getByRole("button", { name: "Open the vault" }) as HTMLButtonElement;
    expect(open.disabled).toBe(true);
    await userEvent.click(screen.getByLabelText("I have saved it"));
    await userEvent.click(open);
    expect(finish).toHaveBeenCalledOnce();
  });
});
