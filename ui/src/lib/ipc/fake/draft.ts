// What the fake says of a draft. The table of drafts in tests/contract holds it to the rules.

import { dayAfter, isDate, toDay, toLocal } from "$lib/time/relative";
import type { Moment, Problem } from "../generated";
import type { DraftCheck, DraftPlace, DraftProblem, KeyDraft } from "../generated-window";
import { tiers } from "./data";
import { distance } from "./due";

type Finding = [DraftPlace, Problem, string];

export function checkDraft(draft: KeyDraft): DraftCheck {
  const expires = moment(draft.expires.trim(), draft.today);
  const rotate = interval(draft.rotate_every.trim());
  const rotateOn = moment(draft.rotate_on.trim(), draft.today, "rotate_on");
  const found: Finding[] = [
    ...named("project", draft.project.trim(), "project"),
    ...named("environment", draft.environment.trim(), "environment"),
    ...named("name", draft.name.trim(), "credential"),
    ...(typeof expires === "object" && expires !== null ? [expires] : []),
    ...(Array.isArray(rotate) ? [rotate] : []),
    ...(Array.isArray(rotateOn) ? [rotateOn] : []),
    ...fields(draft),
    ...draft.allowed_ips.flatMap((text, at): Finding[] =>
      isAddress(text)
        ? []
        : [
            [
              { allowed_ip: at },
              { code: "bad_address", text },
              `${text} is not an IP address or a network such as 10.0.0.0/8.`,
            ],
          ],
    ),
  ];
  return {
    problems: found.map(([place, problem, text]): DraftProblem => ({ place, problem, text })),
    tier: tiers[draft.environment.trim().toLowerCase()] ?? null,
    variable: draft.name.trim() === "" ? null : variableFor(draft.name.trim()),
    expires: typeof expires === "string" ? expires : null,
    expires_in: typeof expires === "string" ? distance("expiry", expires, new Date()) : null,
    rotate_every_days: typeof rotate === "number" ? rotate : null,
    rotate_on: typeof rotateOn === "string" ? rotateOn : null,
    rotate_in: typeof rotateOn === "string" ? distance("rotation", rotateOn, new Date()) : null,
    loaders: draft.fields.flatMap(({ variable }, at) => (isLoader(variable.trim()) ? [at] : [])),
  };
}

const FAULTY_NAMES = {
  project: {
    slash: "The name of the project contains a slash.",
    too_long: "The name of the project is longer than 128 bytes.",
  },
  environment: {
    slash: "The name of the environment contains a slash.",
    too_long: "The name of the environment is longer than 128 bytes.",
  },
  credential: {
    slash: "The name of the key contains a slash.",
    too_long: "The name of the key is longer than 128 bytes.",
  },
  field: {
    slash: "The name of the field contains a slash.",
    too_long: "The name of the field is longer than 128 bytes.",
  },
};

function named(place: DraftPlace, name: string, kind: keyof typeof FAULTY_NAMES): Finding[] {
  const fault = name.includes("/") ? "slash" : name.length > 128 ? "too_long" : null;
  if (fault === null) return [];
  return [[place, { code: `bad_${kind}_name`, fault }, FAULTY_NAMES[kind][fault]]];
}

function fields(draft: KeyDraft): Finding[] {
  const names = draft.fields.map(({ name }) => name.trim());
  const variables = draft.fields.map(({ variable }) => variable.trim());
  return draft.fields.flatMap((_, at) => {
    const [name = "", variable = ""] = [names[at], variables[at]];
    const found = named({ field_name: at }, name, "field");
    if (name !== "" && names.indexOf(name) < at)
      found.push([{ field_name: at }, { code: "duplicate", name }, `${name} occurs twice.`]);
    if (variable === "") return found;
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)) {
      const text = `${variable} is not the name of an environment variable.`;
      found.push([{ variable: at }, { code: "bad_variable", variable }, text]);
    } else if (variables.indexOf(variable) < at) {
      const text = `${variable} is given two values.`;
      found.push([{ variable: at }, { code: "variable_twice", variable }, text]);
    }
    return found;
  });
}

function variableFor(name: string): string | null {
  if (!/[A-Za-z0-9]/.test(name) || /[^ -~]/.test(name)) return null;
  const body = name.toUpperCase().replace(/[^A-Z0-9]/g, "_");
  return /^\d/.test(body) ? `_${body}` : body;
}

const isLoader = (name: string) => /^(LD_.*|PATH|BASH_ENV|NODE_OPTIONS|PYTHONPATH)$/.test(name);

function isAddress(text: string): boolean {
  const [address = "", bits = "0", ...rest] = text.split("/");
  const parts = address.split(".");
  const four =
    parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && +part <= 255);
  return (
    rest.length === 0 &&
    /^\d{1,3}$/.test(bits) &&
    (four ? +bits <= 32 : +bits <= 128 && isSix(address))
  );
}

const isSix = (text: string) => text.includes(":") && URL.canParse(`http://[${text}]`);

function minutes(place: DraftPlace, typed: string): Finding | null {
  const [, digits] = /^(\d+)m$/.exec(typed) ?? [];
  if (digits === undefined) return null;
  const count = Number(digits);
  const text = `${count}m means minutes; for months, write ${count}mo.`;
  return [place, { code: "span_in_minutes", count }, text];
}

function moment(
  typed: string,
  today: string,
  place: "expires" | "rotate_on" = "expires",
): Moment | Finding | null {
  if (typed === "") return null;
  if (isDate(typed) && toDay(toLocal(typed)) === typed) return typed;
  if (/T.*Z$/.test(typed) && !Number.isNaN(Date.parse(typed))) return typed;
  const after = /^\d+$/.test(typed) ? null : spanFrom(typed, toLocal(today));
  const text = `${typed} is not a date: expected YYYY-MM-DD, or a time from today such as 90d, 2w, 3mo or 1y.`;
  return after ?? minutes(place, typed) ?? [place, { code: "bad_date", text: typed }, text];
}

function spanFrom(typed: string, today: Date): string | null {
  const [, digits, unit] = /^(\d{1,4}) ?(d|w|mo|y)$/.exec(typed) ?? [];
  const count = Number(digits);
  if (unit === undefined) return null;
  if (unit === "d" || unit === "w") return dayAfter(today, unit === "w" ? count * 7 : count);
  const months = today.getMonth() + (unit === "y" ? count * 12 : count);
  const last = new Date(today.getFullYear(), months + 1, 0);
  return toDay(
    new Date(last.getFullYear(), last.getMonth(), Math.min(today.getDate(), last.getDate())),
  );
}

function interval(typed: string): number | Finding | null {
  if (typed === "") return null;
  const [, digits, unit = "d"] = /^(\d+) ?(d|w|mo|y)?$/.exec(typed) ?? [];
  if (digits === undefined) {
    const text = `${typed} is not a time: expected days such as 90, or 2w, 3mo or 1y.`;
    return (
      minutes("rotate_every", typed) ?? ["rotate_every", { code: "bad_span", text: typed }, text]
    );
  }
  const days = Number(digits) * ({ d: 1, w: 7, mo: 30, y: 365 }[unit] ?? 1);
  const bounds = { minimum: 1, maximum: 36_500 };
  if (days >= bounds.minimum && days <= bounds.maximum) return days;
  const text = "An interval has 1 to 36500 days.";
  return ["rotate_every", { code: "interval_out_of_range", ...bounds }, text];
}
