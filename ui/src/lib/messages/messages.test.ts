import { describe, expect, it, vi } from "vitest";
import { catalogues } from "./catalogues";
import { t } from "./index";
import { languageFor, translator } from "./translator";

describe("the language", () => {
  const available = ["en", "de", "pt-BR"];

  it.each([
    ["de", "de"],
    ["de-AT", "de"],
    ["pt-BR", "pt-BR"],
    ["en-US", "en"],
  ])("of %s is %s, and its dates and numbers are the locale's", (locale, name) => {
    expect(languageFor(locale, available)).toEqual({ name, locale });
  });

  it("is English throughout where there are no texts for the locale", () => {
    expect(languageFor("ja-JP", available)).toEqual({ name: "en", locale: "en-GB" });
  });
});

describe("a translator", () => {
  const files = {
    en: [
      "copied = { $number ->\n    [one] { $number } key\n   *[other] { $number } keys\n}\nonly = English",
    ],
    de: [
      "copied = { $number ->\n    [one] { $number } Schlüssel\n   *[other] { $number } Schlüssel\n}",
    ],
  };

  it("counts and writes numbers as the language does", () => {
    const english = translator({ name: "en", locale: "en-GB" }, files, vi.fn());
    const german = translator({ name: "de", locale: "de-DE" }, files, vi.fn());
    expect(english("copied", { number: 1 })).toBe("1 key");
    expect(english("copied", { number: 1200 })).toBe("1,200 keys");
    expect(german("copied", { number: 1200 })).toBe("1.200 Schlüssel");
  });

  it("takes what a language lacks from English", () => {
    const german = translator({ name: "de", locale: "de-DE" }, files, vi.fn());
    expect(german("only")).toBe("English");
  });

  it("reports a missing message or argument and goes on", () => {
    const report = vi.fn();
    const english = translator({ name: "en", locale: "en-GB" }, files, report);
    expect(english("nowhere")).toBe("nowhere");
    expect(english("copied")).toContain("keys");
    expect(report).toHaveBeenCalledWith("no message nowhere");
    expect(report).toHaveBeenCalledWith(expect.stringContaining("copied: "));
  });
});

describe("the texts of the page", () => {
  it("are there in English, and no text asks for what it is not given", () => {
    expect(Object.keys(catalogues)).toContain("en");
    expect(() => (t as (id: string) => string)("unknown")).toThrow("no message unknown");
    expect(t("keys-copied", { seconds: 1 })).toBe("Copied. The clipboard is cleared in 1 second.");
  });
});
