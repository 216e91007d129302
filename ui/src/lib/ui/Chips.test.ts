import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import Chips from "./Chips.svelte";

const chips = () =>
  screen.queryAllByRole("button").map((button) => button.getAttribute("aria-label"));

describe("chips", () => {
  it("take a text at Enter, a comma, or on leaving, each once", async () => {
    render(Chips, { label: "Scopes", values: ["read"] });
    await userEvent.type(screen.getByLabelText("Scopes"), "write{Enter}read,trade");
    await userEvent.tab();
    expect(chips()).toEqual(["Remove read", "Remove write", "Remove trade"]);
  });

  it("give the last one back at Backspace", async () => {
    render(Chips, { label: "Scopes", values: ["read", "write"] });
    await userEvent.type(screen.getByLabelText("Scopes"), "{Backspace}");
    expect(chips()).toEqual(["Remove read"]);
  });

  it("show what is stored twice twice, and take one of both away", async () => {
    render(Chips, { label: "Scopes", values: ["read", "write", "read"] });
    expect(chips()).toEqual(["Remove read", "Remove write", "Remove read"]);
    const [first] = screen.getAllByRole("button");
    await userEvent.click(first as HTMLElement);
    expect(chips()).toEqual(["Remove write", "Remove read"]);
  });

  it("show why a text is refused, and keep it to be corrected", async () => {
    render(Chips, {
      label: "Addresses",
      values: [],
      check: (text: string) => (text === "ok" ? null : `${text} is wrong`),
    });
    const input = screen.getByLabelText("Addresses") as HTMLInputElement;
    await userEvent.type(input, "no{Enter}");
    expect(screen.getByText("no is wrong")).toBeTruthy();
    expect(input.value).toBe("no");
    expect(chips()).toEqual([]);
  });
});
