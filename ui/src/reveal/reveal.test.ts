// The window that shows a value: what is seen, that nothing is copied from it, and its end.

import { render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { revealBackend } from "$backend";
import Reveal from "./Reveal.svelte";

const VALUE = "sk_live_51MadeUpForThePictureNotAKey0000";

describe("the value", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  async function shown(): Promise<void> {
    render(Reveal);
    await vi.waitFor(() => screen.getByText(VALUE));
  }

  it("is shown with its place, and hidden when its time is over", async () => {
    const leave = vi.spyOn(revealBackend, "revealLeave");
    await shown();
    screen.getByRole("heading", { name: "Stripe" });
    screen.getByText("shop / dev");
    screen.getByText("Hidden in 30 seconds");
    await vi.advanceTimersByTimeAsync(29_000);
    screen.getByText("Hidden in 1 second");
    expect(leave).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(leave).toHaveBeenCalledOnce();
    expect(screen.queryByText(VALUE)).toBeNull();
  });

  it.each(["Escape", "Hide"])("goes at once with %s", async (way) => {
    const leave = vi.spyOn(revealBackend, "revealLeave");
    await shown();
    if (way === "Hide") screen.getByRole("button", { name: "Hide" }).click();
    else window.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
    expect(leave).toHaveBeenCalledOnce();
    await vi.waitFor(() => expect(screen.queryByText(VALUE)).toBeNull());
  });

  it("is not copied from here", async () => {
    await shown();
    const copy = new Event("copy", { cancelable: true });
    window.dispatchEvent(copy);
    expect(copy.defaultPrevented).toBe(true);
  });
});
