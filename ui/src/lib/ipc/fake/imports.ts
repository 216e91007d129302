// Imports over the fake vault: the files of the contract, by their names.

import scenarios from "../../../../tests/contract/imports.json";
import type { FieldKind, FieldView, ImportItemView } from "../generated";
import type { ImportFileView, ImportPlan, MainCommands } from "../generated-window";
import { confirmed, picked } from "./dialogs";
import type { Handlers } from "./handlers";
import { providers } from "./providers";
import { type FakeVault, invalid, rejection } from "./vault";

type ImportCommands = Pick<
  MainCommands,
  "import_choose" | "import_preview" | "import_apply" | "import_discard"
>;

/** What the contract compares with the real answers: for each file the first one. */
const files = new Map<string, ImportFileView>();
interface ChoosingStep {
  command: string;
  answer?: ImportFileView | null;
}
for (const { command, answer } of scenarios.flatMap((each) => each.steps as ChoosingStep[])) {
  if (command === "import_choose" && answer && !files.has(answer.file_name))
    files.set(answer.file_name, answer);
}
/** Those that are not UTF-8. */
const CONVERTED = ["windows.env"];
const AWS = "aws";

export function importCommands(vault: FakeVault): Handlers<ImportCommands> {
  let chosen: ImportFileView | null = null;
  let last = 0;
  const opened = ({ id }: ImportPlan) => {
    if (chosen?.id !== id) throw invalid("import_closed", "The file of this import was closed.");
    return chosen;
  };
  return {
    import_choose() {
      const name = picked(vault.dialogs, "file", vault.importing);
      if (name !== null && !name.endsWith(".env")) return readOtherwise(vault, name);
      if (name === null || (CONVERTED.includes(name) && !confirmed(vault.dialogs))) return null;
      const suggested = { project: "fresh", environment: null };
      chosen = { ...(files.get(name) as ImportFileView), id: ++last, suggested };
      return chosen;
    },
    import_preview: ({ plan }) => ({ items: report(vault, opened(plan), plan), applied: false }),
    import_apply({ plan }) {
      const file = opened(plan);
      const [bad] = file.skipped;
      if (bad !== undefined && !plan.skip_invalid)
        throw rejection(
          "malformed",
          `${file.file_name}:${bad.line}:${bad.column}: expected ${bad.expected}.`,
          null,
          { file: file.file_name, line: bad.line },
        );
      const items = report(vault, file, plan);
      for (const name of new Set(items.filter((one) => one.outcome.is === "new").map(nameOf)))
        store(
          vault,
          plan,
          items.filter((one) => one.name === name),
        );
      chosen = null;
      return { items, applied: true };
    },
    import_discard() {
      chosen = null;
      return null;
    },
  };
}

/** A file of no known format is read as another one after a yes; the fake has none that can be. */
function readOtherwise(vault: FakeVault, file: string): null {
  if (!confirmed(vault.dialogs)) return null;
  throw rejection(
    "malformed",
    `${file}:1:1: expected a name, a comment or an empty line.`,
    "Nothing was imported; correct that line and try again.",
    { file, line: 1, column: 1, expected: { code: "dotenv_line" } },
  );
}

const nameOf = (item: ImportItemView) => item.name;

function report(vault: FakeVault, file: ImportFileView, plan: ImportPlan): ImportItemView[] {
  const taken = file.items.filter(({ name }) => !plan.left_out.includes(name));
  const whole = file.aws_key.every((name) => !plan.left_out.includes(name));
  const joined = plan.join_aws_key && whole ? file.aws_key : [];
  return taken.map((each) => {
    const old = vault.living.find(
      (one) =>
        one.project === plan.project &&
        one.environment === plan.environment &&
        one.variables.includes(each.name),
    );
    const kind = plan.kinds[each.name] ?? each.kind;
    const isSame = old !== undefined && (old.name === each.name || old.name === AWS);
    return {
      name: isSame ? old.name : joined.includes(each.name) ? AWS : each.name,
      variable: each.variable,
      kind,
      provider: each.provider,
      rotate_every_days: rotation(each.provider, kind),
      outcome: isSame
        ? { is: "unchanged" }
        : old === undefined
          ? { is: "new" }
          : { is: "conflict", with: old.name },
      // What came from a file has the same value, or another origin.
      expiry: null,
    };
  });
}

function rotation(provider: string | null, kind: FieldKind): number | null {
  const known = providers.find((one) => one.id === provider);
  return kind === "secret" ? (known?.rotate_every_days ?? null) : null;
}

/** One key of the rows that have its name. */
function store(vault: FakeVault, plan: ImportPlan, items: ImportItemView[]): void {
  const [first] = items;
  if (first === undefined) return;
  const field = ({ kind, variable }: ImportItemView): FieldView => ({
    name: items.length > 1 ? (variable ?? "").replace(/^AWS_/, "").toLowerCase() : "value",
    kind,
    variable,
    allow_loader_variable: false,
  });
  vault.add(plan.project, plan.environment, plan.tier, {
    name: first.name,
    provider: first.provider,
    fields: items.map(field),
    scopes: [],
    allowed_ips: [],
    owner: null,
    quota: null,
    url: null,
    note: null,
    tags: [],
    expires: null,
    rotate_every_days: first.rotate_every_days,
    rotate_on: null,
    never_rotate: null,
    lead_times: null,
  });
}
