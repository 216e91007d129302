// The list of settings, from Rust, as the form uses it.

import { type Setting, settingsList } from "$lib/ipc/generated";

export type SettingForm = Setting["form"];
export type SettingName = Setting["name"];
export type SettingArea = Setting["area"];

/** The settings by where the form shows them, in the order of the list. */
export function byArea(): [SettingArea, Setting[]][] {
  const areas = new Map<SettingArea, Setting[]>();
  for (const setting of settingsList) {
    const others = areas.get(setting.area) ?? [];
    areas.set(setting.area, [...others, setting]);
  }
  return [...areas];
}
