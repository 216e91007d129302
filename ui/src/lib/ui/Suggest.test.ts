import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import Suggest from "./Suggest.svelte";

const input = () => screen.getByRole("combobox") as HTMLInputElement;

describe("suggestions", () => {
  it("narrow as one types, and Enter takes the active one", async () => {
    render(Suggest, { label: "Project", value: "", options: ["blog", "shop", "shop-old"] });
    await userEvent.type(input(), "sho");
    expect(screen.getAllByRole("option").map((option) => option.textContent?.trim())).toEqual([
      "shop",
      "shop-old",
    ]);
    await userEvent.keyboard("{ArrowDown}{ArrowDown}{Enter}");
    expect(input().value).toBe("shop-old");
    expect(input().getAttribute("aria-expanded")).toBe("false");
  });

  it("leave any other text as it is", async () => {
    render(Suggest, { label: "Project", value: "", options: ["blog"] });
    await userEvent.type(input(), "new one{Escape}");
    await userEvent.tab();
    expect(input().value).toBe("new one");
  });
});
