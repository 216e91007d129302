import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { createRawSnippet } from "svelte";
import { describe, expect, it, vi } from "vitest";
import Button from "./Button.svelte";

const children = createRawSnippet(() => ({ render: () => "<b>Back up now</b>" }));
const button = (name: string) => screen.getByRole("button", { name });

describe("a busy button", () => {
  it("keeps the focus, and does nothing until it is ready again", async () => {
    const onclick = vi.fn();
    const { rerender } = render(Button, { children, onclick, busy: true });
    const shown = button("Back up now");
    await userEvent.click(shown);
    expect(document.activeElement).toBe(shown);
    expect(shown.getAttribute("aria-busy")).toBe("true");
    expect(onclick).not.toHaveBeenCalled();
    await rerender({ busy: false });
    await userEvent.click(shown);
    expect(shown.hasAttribute("aria-busy")).toBe(false);
    expect(onclick).toHaveBeenCalledOnce();
  });

  it("does not send its form", async () => {
    const form = document.createElement("form");
    const submit = vi.fn((event: Event) => event.preventDefault());
    form.addEventListener("submit", submit);
    document.body.append(form);
    const { rerender } = render(
      Button,
      { children, type: "submit", busy: true },
      { baseElement: form },
    );
    await userEvent.click(button("Back up now"));
    expect(submit).not.toHaveBeenCalled();
    await rerender({ busy: false });
    await userEvent.click(button("Back up now"));
    expect(submit).toHaveBeenCalledOnce();
    form.remove();
  });

  it("is called by what it is doing", async () => {
    const { rerender } = render(Button, { children, busyText: "Writing…" });
    expect(button("Back up now")).toBeTruthy();
    await rerender({ busy: true });
    expect(button("Writing…")).toBeTruthy();
  });
});
