// Checks of a draft before it is sent; the agent checks again. Pure.

import type { EnvironmentView, Tier } from "$lib/ipc/generated";
import { t } from "$lib/messages";
import { isDate, parseDay } from "$lib/time/relative";

/** Names that imply a tier, as `protocol` and `vault` know them. */
const telling: Record<string, Tier> = {
  prod: "production",
  production: "production",
  live: "production",
  staging: "staging",
  stage: "staging",
  qa: "staging",
  dev: "development",
  development: "development",
  local: "development",
  test: "development",
};

/** Whether the tier must be chosen: for a new environment whose name does not imply one. */
export function tierUnknown(
  project: string,
  environment: string,
  known: EnvironmentView[],
): boolean {
  const name = environment.trim();
  if (name === "" || telling[name.toLowerCase()] !== undefined) return false;
  return !known.some((each) => each.project === project.trim() && each.name === name);
}

/** `token metrics` becomes `TOKEN_METRICS`. */
export function variableFor(name: string): string {
  const body = name
    .trim()
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
  return /^\d/.test(body) ? `_${body}` : body;
}

/** POSIX names of variables. */
export function variableProblem(name: string): string | null {
  return name === "" || /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? null : t("edit-problem-variable");
}

/** Names that change how programs load code; the agent has the whole list and decides. */
export function isLoaderVariable(name: string): boolean {
  return /^(LD_.*|DYLD_.*|PATH|BASH_ENV|ENV|IFS|NODE_OPTIONS|PYTHONPATH|PERL5LIB|RUBYOPT|JAVA_TOOL_OPTIONS|GIT_SSH_COMMAND|OPENSSL_CONF|GCONV_PATH|GLIBC_TUNABLES|PROMPT_COMMAND|PS4|BASH_FUNC_.*|GIT_CONFIG_.*|DOTNET_STARTUP_HOOKS|GTK_MODULES|QT_PLUGIN_PATH)$/.test(
    name,
  );
}

/** An IPv4 or IPv6 address, or a network in CIDR notation. */
export function ipProblem(text: string): string | null {
  const [address = "", bits, ...rest] = text.split("/");
  const four = isV4(address);
  if (rest.length > 0 || (!four && !isV6(address))) return t("edit-problem-ip", { text });
  if (bits === undefined) return null;
  const fits = /^\d{1,3}$/.test(bits) && Number(bits) <= (four ? 32 : 128);
  return fits ? null : t("edit-problem-ip", { text });
}

function isV4(text: string): boolean {
  const parts = text.split(".");
  return (
    parts.length === 4 &&
    parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
  );
}

function isV6(text: string): boolean {
  const halves = text.split("::");
  if (!text.includes(":") || halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  const last = groups.at(-1);
  const tail = last?.includes(".") === true;
  if (tail && !isV4(last ?? "")) return false;
  const plain = tail ? groups.slice(0, -1) : groups;
  if (!plain.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false;
  const size = plain.length + (tail ? 2 : 0);
  return halves.length === 2 ? size < 8 : size === 8;
}

/** A day as `parseDay` reads it, an instant as a provider gave it, or nothing. */
export function dateProblem(text: string, now: Date): string | null {
  const typed = text.trim();
  if (typed === "" || parseDay(typed, now) !== null) return null;
  const instant = !isDate(typed) && /T.*Z$/.test(typed) && !Number.isNaN(Date.parse(typed));
  return instant ? null : t("edit-problem-date");
}

export function daysProblem(text: string): string | null {
  const typed = text.trim();
  if (typed === "") return null;
  const days = Number(typed);
  return /^\d+$/.test(typed) && days >= 1 && days <= 3650
    ? null
    : t("edit-problem-days", { most: 3650 });
}

export interface FieldInput {
  key: string;
  name: string;
  variable: string;
  value: string;
}

export interface DraftInput {
  project: string;
  environment: string;
  tier: string;
  name: string;
  expires: string;
  rotate: string;
  fields: FieldInput[];
}

export type Problems = Partial<Record<string, string>>;

/** Problems by the name of the control: `name`, `variable:KEY`… Empty when it may be sent. */
export function problemsOf(
  draft: DraftInput,
  known: EnvironmentView[],
  now: Date,
  withValues: boolean,
): Problems {
  const found: Problems = {};
  const note = (where: string, problem: string | null) => {
    if (problem !== null) found[where] ??= problem;
  };
  note("project", draft.project.trim() === "" ? t("edit-problem-project") : null);
  note("environment", draft.environment.trim() === "" ? t("edit-problem-environment") : null);
  const tierNeeded = tierUnknown(draft.project, draft.environment, known);
  note("tier", tierNeeded && draft.tier === "" ? t("edit-problem-tier") : null);
  note("name", draft.name.trim() === "" ? t("edit-problem-name") : null);
  note("expires", dateProblem(draft.expires, now));
  note("rotate", daysProblem(draft.rotate));
  for (const field of draft.fields) {
    const others = draft.fields.filter((each) => each.key !== field.key);
    note(`field:${field.key}`, field.name.trim() === "" ? t("edit-problem-field") : null);
    if (others.some((each) => each.name.trim() === field.name.trim()))
      note(`field:${field.key}`, t("edit-problem-same-field"));
    note(`variable:${field.key}`, variableProblem(field.variable.trim()));
    if (
      field.variable !== "" &&
      others.some((each) => each.variable.trim() === field.variable.trim())
    ) {
      note(`variable:${field.key}`, t("edit-problem-same-variable"));
    }
    if (withValues) note(`value:${field.key}`, field.value === "" ? t("edit-problem-value") : null);
  }
  return found;
}
