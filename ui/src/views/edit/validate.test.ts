import { describe, expect, it } from "vitest";
import type { EnvironmentView } from "$lib/ipc/generated";
import type { DraftCheck } from "$lib/ipc/generated-window";
import { Draft, FieldDraft } from "./draft.svelte";
import { problemsOf, tierNeeded } from "./validate";

const known: EnvironmentView[] = [
  { project: "shop", name: "blue", tier: "production", credentials: 1 },
];
const nothing: DraftCheck = {
  problems: [],
  tier: null,
  variable: null,
  expires: null,
  expires_in: null,
  rotate_every_days: null,
  rotate_on: null,
  rotate_in: null,
  loaders: [],
};

function whole(): Draft {
  const draft = Draft.at({ project: "shop", environment: "blue" });
  draft.name = "stripe";
  for (const field of draft.fields) field.value = "x";
  draft.checked(nothing);
  return draft;
}

describe("the tier is asked", () => {
  it("only for a new environment whose name does not tell, and not before that is known", () => {
    const asked = (project: string, environment: string, check: DraftCheck | null) =>
      tierNeeded({ project, environment }, check, known);
    expect(asked("shop", "dev", { ...nothing, tier: "development" })).toBe(false);
    expect(asked("shop", "blue", nothing)).toBe(false);
    expect(asked("blog", "blue", nothing)).toBe(true);
    expect(asked("shop", "", nothing)).toBe(false);
    expect(asked("blog", "blue", null)).toBe(false);
  });
});

describe("a draft", () => {
  it("may be sent when it is whole", () => {
    expect(problemsOf(whole(), known, true)).toEqual({});
  });

  it("lacks what is empty", () => {
    const draft = whole();
    Object.assign(draft, { project: " ", environment: "green", name: "" });
    const [field] = draft.fields;
    if (field) Object.assign(field, { name: "", value: "" });
    const places = ["environment", "name", "project", "tier", `field:${field?.key}`];
    expect(Object.keys(problemsOf(draft, known, false)).sort()).toEqual(
      places.filter((place) => place !== "environment").sort(),
    );
    expect(problemsOf(draft, known, true)).toHaveProperty(`value:${field?.key}`);
  });

  it("shows what Rust finds wrong at its control", () => {
    const draft = whole();
    draft.fields = [...draft.fields, new FieldDraft("secret")];
    draft.checked({
      ...nothing,
      problems: [
        { place: "expires", problem: { code: "bad_date", text: "x" }, text: "Not a date." },
        { place: { variable: 1 }, problem: { code: "bad_variable", variable: "1" }, text: "No." },
        { place: { allowed_ip: 0 }, problem: { code: "bad_address", text: "x" }, text: "Wrong." },
      ],
    });
    expect(problemsOf(draft, known, false)).toEqual({
      expires: "Not a date.",
      [`variable:${draft.fields[1]?.key}`]: "No.",
      allowed_ip: "Wrong.",
    });
  });

  it("suggests the variable of its only field until one is typed", () => {
    const draft = whole();
    const [field] = draft.fields;
    draft.ownName = true;
    draft.checked({ ...nothing, variable: "STRIPE" });
    expect(field?.variable).toBe("STRIPE");
    if (field) Object.assign(field, { ownVariable: true, variable: "MINE" });
    draft.checked({ ...nothing, variable: "OTHER" });
    expect(field?.variable).toBe("MINE");
  });
});
