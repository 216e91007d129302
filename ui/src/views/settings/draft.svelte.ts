// The content of the settings form; text where the user types text. What is valid follows from
// the list of settings.

import { type Settings, settingsList } from "$lib/ipc/generated";
import { t } from "$lib/messages";
import type { SettingForm, SettingName } from "./list";

type NumberForm = Extract<SettingForm, { kind: "number" }>;
type Typed = string | boolean | string[];

const isNumber = (text: string, low: number, high: number) =>
  /^\d+$/.test(text) && Number(text) >= low && Number(text) <= high;

function numberProblem(text: string, form: NumberForm): string | null {
  const { minimum: low, maximum: high, zero_is_no_limit } = form;
  if (isNumber(text, low, high)) return null;
  if (!zero_is_no_limit) return t("settings-problem-number", { low, high });
  return isNumber(text, 0, 0) ? null : t("settings-problem-number-or-zero", { low, high });
}

/** Why a text is not a valid lead time. */
export function leadProblem(text: string, maximum: number): string | null {
  return isNumber(text, 0, maximum) ? null : t("settings-problem-lead", { text });
}

const timeProblem = (text: string) =>
  /^([01]\d|2[0-3]):[0-5]\d$/.test(text) ? null : t("settings-problem-time");

function problemOf(form: SettingForm, typed: Typed): string | null {
  if (typeof typed !== "string") return null;
  if (form.kind === "number") return numberProblem(typed.trim(), form);
  return form.kind === "quiet_hours" ? timeProblem(typed.trim()) : null;
}

const shown = (value: Settings[SettingName]): Typed =>
  typeof value === "boolean" ? value : Array.isArray(value) ? value.map(String) : String(value);

function entered(form: SettingForm, typed: Typed): unknown {
  if (typeof typed === "boolean") return typed;
  if (Array.isArray(typed)) return [...new Set(typed.map(Number))].sort((a, b) => b - a);
  return form.kind === "number" ? Number(typed) : typed.trim();
}

/** A changed draft whose view was left: it is not lost until the vault locks. */
export const left: { draft: SettingsDraft | null } = { draft: null };

export class SettingsDraft {
  readonly #typed = $state<Record<string, Typed>>({});

  readonly problems = $derived.by(() => {
    const problems: Partial<Record<SettingName, string>> = {};
    for (const { name, form } of settingsList) {
      const problem = problemOf(form, this.#of(name));
      if (problem !== null) problems[name] = problem;
    }
    return problems;
  });

  constructor(settings: Settings) {
    for (const { name } of settingsList) this.#typed[name] = shown(settings[name]);
  }

  #of(name: SettingName): Typed {
    return this.#typed[name] ?? "";
  }

  put(name: SettingName, typed: Typed): void {
    this.#typed[name] = typed;
  }

  text = (name: SettingName) => String(this.#of(name));
  isOn = (name: SettingName) => this.#of(name) === true;
  texts(name: SettingName): string[] {
    const typed = this.#of(name);
    return Array.isArray(typed) ? typed : [];
  }

  settings(): Settings {
    const all = settingsList.map(({ name, form }) => [name, entered(form, this.#of(name))]);
    return Object.fromEntries(all) as Settings;
  }

  differs(stored: Settings): boolean {
    return JSON.stringify(this.settings()) !== JSON.stringify(new SettingsDraft(stored).settings());
  }
}
