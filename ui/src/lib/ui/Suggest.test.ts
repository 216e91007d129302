import { render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import Suggest from "./Suggest.svelte";

const input = () => screen.getByRole("combobox") as HTMLInputElement;

// jsdom measures nothing, so the list counts as hidden there.
describe("suggestions", () => {
  it("narrow as one types, and Enter takes the active one", async () => {
    render(Suggest, { label: "Project", value: "", options: ["blog", "shop", "shop-old"] });
    await userEvent.type(input(), "sho");
    expect(
      screen.getAllByRole("option", { hidden: true }).map((option) => option.textContent?.trim()),
    ).toEqual(["shop", "shop-old"]);
    await userEvent.keyboard("{ArrowDown}{ArrowDown}{Enter}");
    expect(input().value).toBe("shop-old");
    expect(input().getAttribute("aria-expanded")).toBe("false");
  });

  it("leave Enter to the form until an arrow key has chosen one", async () => {
    render(Suggest, { label: "Command", value: "", options: ["npm run dev", "npm run test"] });
    await userEvent.type(input(), "npm run");
    expect(input().getAttribute("aria-activedescendant")).toBeNull();
    const enter = new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true });
    input().dispatchEvent(enter);
    expect(enter.defaultPrevented).toBe(false);
    expect(input().value).toBe("npm run");
    await waitFor(() => expect(screen.queryAllByRole("option", { hidden: true })).toEqual([]));
  });

  it("point at the chosen one, and take it by a click", async () => {
    render(Suggest, { label: "Project", value: "", options: ["blog", "shop"] });
    await userEvent.click(input());
    await userEvent.keyboard("{ArrowDown}");
    const [first, second] = await screen.findAllByRole("option", { hidden: true });
    expect(input().getAttribute("aria-activedescendant")).toBe(first?.id);
    await userEvent.click(second as HTMLElement);
    expect(input().value).toBe("shop");
  });

  it("leave any other text as it is", async () => {
    render(Suggest, { label: "Project", value: "", options: ["blog"] });
    await userEvent.type(input(), "new one{Escape}");
    await userEvent.tab();
    expect(input().value).toBe("new one");
  });
});
