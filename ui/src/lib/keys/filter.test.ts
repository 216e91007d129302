import { describe, expect, it } from "vitest";
import { many, sample } from "$lib/ipc/fake/data";
import { asksForDates, byDate, index, narrow } from "./filter";

const now = new Date(2026, 10, 23, 14, 30);
const anywhere = { project: null, environment: null };
const rows = index(sample(now), (id) => (id === "aws" ? "Amazon Web Services" : id));
const names = (text: string, location = anywhere as Parameters<typeof narrow>[2]) =>
  narrow(rows, text, location).map(({ row }) => `${row.project}/${row.environment} ${row.name}`);

describe("the filter", () => {
  it("keeps everything without a text", () => {
    expect(names("")).toHaveLength(42);
  });

  it("looks at names, variables, providers and places, in any case and order", () => {
    expect(names("DATABASE_url")).toEqual(["shop/dev PostgreSQL"]);
    expect(names("amazon shop/dev")).toEqual(["shop/dev AWS deploy"]);
    expect(names("dev deploy aws")).toEqual(["shop/dev AWS deploy"]);
  });

  it("understands how a person says what is due", () => {
    expect(names("overdue")).toEqual(["shop/dev AWS deploy"]);
    expect(names("in 3 days")).toContain("shop/dev Stripe");
    expect(names("unused trading-bot/dev")).toEqual(["trading-bot/dev Coinbase"]);
  });

  it("stays in its place", () => {
    expect(names("stripe", { project: "shop", environment: "prod" })).toEqual(["shop/prod Stripe"]);
    expect(names("", { project: "blog", environment: null })).toHaveLength(6);
  });

  it("sorts by place, then name, numbers as numbers", () => {
    const few = index(many(120, now), (id) => id);
    const numbers = few
      .filter(({ row }) => row.name.startsWith("Stripe") && row.project === "service-000")
      .map(({ row }) => row.name);
    expect(numbers).toEqual(
      ["Stripe 19", "Stripe 0", "Stripe 38"].filter((name) => numbers.includes(name)),
    );
  });

  it("lists what is due by date where that is asked for", () => {
    expect(["this week", "OVERDUE stripe", "stripe", ""].map(asksForDates)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    const found = byDate(narrow(rows, "", anywhere));
    const seconds = found.flatMap(({ distance }) => (distance === null ? [] : [distance.seconds]));
    expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
    // What has no date comes last.
    expect(found.findIndex(({ distance }) => distance === null)).toBe(seconds.length);
  });

  it("answers a key press over 10,000 rows within a frame", () => {
    const long = index(many(10_000, now), (id) => id);
    const started = performance.now();
    for (const text of ["s", "st", "str", "stri", "strip", "stripe", "stripe 9", "stripe 98"]) {
      narrow(long, text, anywhere);
    }
    expect((performance.now() - started) / 8).toBeLessThan(16);
    expect(narrow(long, "stripe 95", anywhere).length).toBeGreaterThan(0);
  });
});
