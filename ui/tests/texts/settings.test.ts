// Every setting of the list that Rust gives has its texts and its place in the form.

import { render } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { defaultSettings, settingsList } from "$lib/ipc/generated";
import { t } from "$lib/messages";
import english from "$lib/messages/en/settings.ftl?raw";
import { SettingsDraft } from "../../src/views/settings/draft.svelte";
import VaultSettings from "../../src/views/settings/VaultSettings.svelte";

describe("the form of the settings", () => {
  it("has a control with its text for each one", () => {
    const draft = new SettingsDraft(defaultSettings);
    const { getByLabelText, getByText } = render(VaultSettings, { draft });
    for (const { name } of settingsList) {
      getByLabelText(t(`setting-${name}`));
      getByText(t(`setting-${name}-hint`));
    }
  });

  it("gives back what it was made from", () => {
    const draft = new SettingsDraft(defaultSettings);
    expect(draft.settings()).toEqual(defaultSettings);
    expect(draft.differs(defaultSettings)).toBe(false);
    draft.put("expired", "refuse");
    expect(draft.settings()).toEqual({ ...defaultSettings, expired: "refuse" });
    expect(draft.differs(defaultSettings)).toBe(true);
  });

  it("holds every setting that there is, and texts for no other", () => {
    expect(settingsList.map(({ name }) => name)).toEqual(Object.keys(defaultSettings));
    const names = new Set<string>(settingsList.map(({ name }) => name));
    const texts = [...english.matchAll(/^setting-([a-z_]+)/gm)].map(([, name]) => name ?? "");
    const words = settingsList.flatMap(({ form }) => (form.kind === "word" ? form.words : []));
    expect(words).toHaveLength(english.match(/^setting-word-/gm)?.length ?? 0);
    expect(texts.filter((name) => name !== "word" && !names.has(name))).toEqual([]);
  });

  it("says what a number may be", () => {
    const draft = new SettingsDraft(defaultSettings);
    expect(draft.problems).toEqual({});
    draft.put("clipboard_seconds", "4");
    draft.put("auto_lock_minutes", "x");
    draft.put("max_unlocked_hours", "0");
    draft.put("quiet_from", "25:00");
    expect(Object.keys(draft.problems)).toEqual([
      "auto_lock_minutes",
      "clipboard_seconds",
      "quiet_from",
    ]);
  });
});
