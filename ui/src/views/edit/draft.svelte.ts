// The content of the form of a key before it is stored.

import type { FieldValue, Recognised } from "$lib/ipc/backend";
import type { CredentialView, FieldKind, Metadata, Tier } from "$lib/ipc/generated";
import type { KeyLocation } from "$lib/keys/filter";
import { parseDay } from "$lib/time/relative";
import { variableFor } from "./validate";

export class FieldDraft {
  name = $state("");
  value = $state("");
  kind = $state<FieldKind>("secret");
  variable = $state("");
  loader = $state(false);
  /** Whether the user typed the variable; suggestions do not replace it then. */
  ownVariable = $state(false);
  readonly key = crypto.randomUUID();

  constructor(name: string) {
    this.name = name;
  }
}

export class Draft {
  project = $state("");
  environment = $state("");
  tier = $state<Tier | "">("");
  name = $state("");
  ownName = $state(false);
  provider = $state("");
  fields = $state<FieldDraft[]>([new FieldDraft("value")]);
  scopes = $state<string[]>([]);
  ips = $state<string[]>([]);
  owner = $state("");
  quota = $state("");
  tags = $state<string[]>([]);
  url = $state("");
  note = $state("");
  expires = $state("");
  rotate = $state("");
  leadTimes: number[] | null = null;
  recognised = $state.raw<Recognised | null>(null);

  static at(location: KeyLocation): Draft {
    const draft = new Draft();
    draft.project = location.project ?? "";
    draft.environment = location.environment ?? "";
    return draft;
  }

  static of(view: CredentialView): Draft {
    const draft = new Draft();
    draft.project = view.project;
    draft.environment = view.environment;
    draft.name = view.name;
    draft.ownName = true;
    draft.provider = view.provider ?? "";
    draft.fields = view.field_list.map((field) => {
      const each = new FieldDraft(field.name);
      each.kind = field.kind;
      each.variable = field.variable ?? "";
      each.loader = field.allow_loader_variable;
      each.ownVariable = true;
      return each;
    });
    draft.scopes = [...view.scopes];
    draft.ips = [...view.allowed_ips];
    draft.owner = view.owner ?? "";
    draft.quota = view.quota ?? "";
    draft.tags = [...view.tags];
    draft.url = view.url ?? "";
    draft.note = view.note ?? "";
    draft.expires = view.expires ?? "";
    draft.rotate = view.rotate_every_days === null ? "" : String(view.rotate_every_days);
    draft.leadTimes = view.lead_times;
    return draft;
  }

  /** Fills in what was recognised in the first value, except what the user typed. */
  take(recognised: Recognised): void {
    this.recognised = recognised;
    const [first] = this.fields;
    if (first === undefined) return;
    first.kind = recognised.kind;
    if (recognised.provider !== null) this.provider = recognised.provider;
    if (!first.ownVariable && recognised.variable !== null) first.variable = recognised.variable;
    if (!this.ownName && recognised.provider_name !== null) this.name = recognised.provider_name;
  }

  /** A name suggests the variable of the only field. */
  nameChanged(): void {
    this.ownName = true;
    const [first] = this.fields;
    if (
      first !== undefined &&
      this.fields.length === 1 &&
      !first.ownVariable &&
      this.recognised?.variable == null
    ) {
      first.variable = variableFor(this.name);
    }
  }

  addField(): void {
    const [first] = this.fields;
    if (this.fields.length === 1 && first?.name === "value") first.name = "key";
    const field = new FieldDraft(this.fields.length === 1 ? "secret" : "");
    const base = variableFor(this.name);
    field.variable = base === "" || field.name === "" ? "" : `${base}_SECRET`;
    this.fields = [...this.fields, field];
  }

  removeField(key: string): void {
    this.fields = this.fields.filter((field) => field.key !== key);
    const [first] = this.fields;
    if (this.fields.length === 1 && first !== undefined) first.name = "value";
  }

  metadata(now: Date): Metadata {
    const orNone = (text: string) => (text.trim() === "" ? null : text.trim());
    return {
      name: this.name.trim(),
      provider: orNone(this.provider),
      fields: this.fields.map((field) => ({
        name: field.name.trim(),
        kind: field.kind,
        variable: orNone(field.variable),
        allow_loader_variable: field.loader,
      })),
      scopes: [...this.scopes],
      allowed_ips: [...this.ips],
      owner: orNone(this.owner),
      quota: orNone(this.quota),
      url: orNone(this.url),
      note: orNone(this.note),
      tags: [...this.tags],
      expires: orNone(this.expires) === null ? null : (parseDay(this.expires, now) ?? this.expires),
      rotate_every_days: orNone(this.rotate) === null ? null : Number(this.rotate),
      lead_times: this.leadTimes,
    };
  }

  values(): FieldValue[] {
    return this.fields.map((field) => ({ field: field.name.trim(), value: field.value }));
  }

  /** Clears the values: none stays in this window after it was sent. */
  forgetValues(): void {
    for (const field of this.fields) field.value = "";
  }
}
