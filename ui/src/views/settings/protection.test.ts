// The findings of `kh doctor` in the settings.

import { render, screen } from "@testing-library/svelte";
import { expect, it, vi } from "vitest";
import { backend } from "$lib/ipc/fake/index";
import Protection from "./Protection.svelte";

it("shows two findings of one check", async () => {
  const found = (message: string) =>
    ({ check: "vault", name: "vault folder", state: "warning", message, hint: null }) as const;
  vi.spyOn(backend, "doctor").mockResolvedValue([found("It is damaged."), found("It is yours.")]);
  render(Protection);
  expect(await screen.findByText("It is damaged.")).toBeTruthy();
  expect(screen.getByText("It is yours.")).toBeTruthy();
});
