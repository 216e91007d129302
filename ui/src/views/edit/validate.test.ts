import { describe, expect, it } from "vitest";
import type { EnvironmentView } from "$lib/ipc/generated";
import {
  dateProblem,
  daysProblem,
  ipProblem,
  problemsOf,
  tierUnknown,
  variableFor,
  variableProblem,
} from "./validate";

const now = new Date(2026, 10, 23);
const known: EnvironmentView[] = [
  { project: "shop", name: "blue", tier: "production", credentials: 1 },
];
const field = { key: "a", name: "value", variable: "API_KEY", value: "x" };
const draft = {
  project: "shop",
  environment: "dev",
  tier: "",
  name: "stripe",
  expires: "",
  rotate: "",
  fields: [field],
};

describe("the tier is asked", () => {
  it("only for a new environment whose name does not tell", () => {
    expect(tierUnknown("shop", "dev", known)).toBe(false);
    expect(tierUnknown("shop", "Production", known)).toBe(false);
    expect(tierUnknown("shop", "blue", known)).toBe(false);
    expect(tierUnknown("blog", "blue", known)).toBe(true);
    expect(tierUnknown("shop", "", known)).toBe(false);
  });
});

describe("names of variables", () => {
  it.each([
    ["token metrics", "TOKEN_METRICS"],
    ["Exchange, read", "EXCHANGE_READ"],
    ["2captcha", "_2CAPTCHA"],
    ["  ", ""],
  ])("%s", (name, variable) => {
    expect(variableFor(name)).toBe(variable);
    expect(variableProblem(variable)).toBeNull();
  });

  it.each(["1A", "A-B", "A B", "É", "A="])("refuses %s", (name) => {
    expect(variableProblem(name)).not.toBeNull();
  });
});

describe("addresses", () => {
  it.each([
    "203.0.113.7",
    "10.0.0.0/8",
    "0.0.0.0/0",
    "::1",
    "2001:db8::/32",
    "::ffff:192.0.2.1",
    "fe80:0:0:0:0:0:0:1",
  ])("takes %s", (text) => {
    expect(ipProblem(text)).toBeNull();
  });

  it.each([
    "256.1.1.1",
    "1.2.3",
    "01.2.3.4",
    "10.0.0.0/33",
    "10.0.0.0/",
    "::1/129",
    "1::2::3",
    "2001:db8",
    "host",
    "1.2.3.4/8/8",
    "",
  ])("refuses %j", (text) => {
    expect(ipProblem(text)).not.toBeNull();
  });
});

describe("dates and days", () => {
  it("takes a day, a span, a provider's instant, or nothing", () => {
    for (const text of ["", "2027-01-31", "90d", "2027-01-31T10:00:00Z"])
      expect(dateProblem(text, now)).toBeNull();
    for (const text of ["2027-02-30", "soon"]) expect(dateProblem(text, now)).not.toBeNull();
  });

  it("takes 1 to 3650 days", () => {
    for (const text of ["", "1", "3650"]) expect(daysProblem(text)).toBeNull();
    for (const text of ["0", "3651", "-1", "1.5", "x"]) expect(daysProblem(text)).not.toBeNull();
  });
});

describe("a draft", () => {
  it("may be sent when it is whole", () => {
    expect(problemsOf(draft, known, now, true)).toEqual({});
  });

  it("says each problem at its control", () => {
    const bare = {
      ...draft,
      project: " ",
      environment: "blue",
      name: "",
      expires: "x",
      rotate: "0",
      fields: [{ ...field, value: "", variable: "1" }],
    };
    expect(Object.keys(problemsOf(bare, known, now, true)).sort()).toEqual(
      ["expires", "name", "project", "rotate", "tier", "value:a", "variable:a"].sort(),
    );
  });

  it("asks no value of an edit", () => {
    expect(problemsOf({ ...draft, fields: [{ ...field, value: "" }] }, known, now, false)).toEqual(
      {},
    );
  });

  it("sees two fields of one name or variable", () => {
    const both = { ...draft, fields: [field, { ...field, key: "b" }] };
    expect(Object.keys(problemsOf(both, known, now, true))).toEqual([
      "field:a",
      "variable:a",
      "field:b",
      "variable:b",
    ]);
  });
});
