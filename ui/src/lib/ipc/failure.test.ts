import { describe, expect, it } from "vitest";
import { failureOf } from "./failure";

const rejected = (code: string, message: string, hint: string | null = null) => ({
  code,
  message,
  hint,
  error: { code },
});

describe("a rejected command", () => {
  it("keeps its words, as sentences", () => {
    expect(
      failureOf(
        rejected(
          "disk_full",
          "The disk is full; nothing was changed.",
          "Free some space and try again.",
        ),
      ),
    ).toMatchObject({
      message: "The disk is full; nothing was changed.",
      hint: "Free some space and try again.",
      severity: "error",
    });
  });

  it("offers what helps at once", () => {
    const failure = failureOf(rejected("locked", "The vault is locked.", "Unlock it to continue."));
    expect(failure).toMatchObject({
      hint: "Unlock it to continue.",
      severity: "warning",
      action: "unlock",
    });
  });

  it("is calm when the person cancelled", () => {
    expect(failureOf(rejected("cancelled", "cancelled; nothing was changed")).severity).toBe(
      "calm",
    );
  });
});

describe("what nobody expected", () => {
  it.each([new Error("No such command."), "No such command."])("is a defect: %s", (thrown) => {
    expect(failureOf(thrown)).toMatchObject({
      code: "defect",
      message: "No such command.",
      severity: "error",
    });
  });
});
