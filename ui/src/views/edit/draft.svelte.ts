// The content of the form of a key before it is stored.

import type {
  CredentialView,
  DueDistance,
  FieldKind,
  Metadata,
  Moment,
  Tier,
} from "$lib/ipc/generated";
import type { DraftCheck, FieldInput, KeyDraft, RecognisedView } from "$lib/ipc/generated-window";
import type { KeyLocation } from "$lib/keys/filter";
import { stored } from "$lib/keys/value";
import { dueWords, fullWords, toDay } from "$lib/time/relative";

/** A value, and the variable under which it is known. */
export interface RecognisedPair {
  value: string;
  variable: string;
}

export class FieldDraft {
  name = $state("");
  value = $state("");
  kind = $state<FieldKind>("secret");
  /** Whether the user chose the kind; recognition does not change it then. */
  ownKind = $state(false);
  variable = $state("");
  loader = $state(false);
  /** Whether the user typed the variable; suggestions do not replace it then. */
  ownVariable = $state(false);
  readonly key = crypto.randomUUID();

  constructor(name: string) {
    this.name = name;
  }
}

/** What of a key can be edited, as it is stored. */
export function metadataOf(view: CredentialView): Metadata {
  return {
    name: view.name,
    provider: view.provider,
    fields: view.field_list,
    scopes: view.scopes,
    allowed_ips: view.allowed_ips,
    owner: view.owner,
    quota: view.quota,
    url: view.url,
    note: view.note,
    tags: view.tags,
    expires: view.expires,
    rotate_every_days: view.rotate_every_days,
    rotate_on: view.rotate_on,
    never_rotate: view.never_rotate,
    lead_times: view.lead_times,
  };
}

/** The expiry that was typed, in words; none where it cannot be read. */
export const expiryWords = (check: DraftCheck | null): string | null =>
  check === null ? null : momentWords(check.expires, check.expires_in);

/** The rotation date that was typed, in words; none where it cannot be read. */
export const rotationWords = (check: DraftCheck | null): string | null =>
  check === null ? null : momentWords(check.rotate_on, check.rotate_in);

function momentWords(moment: Moment | null, distance: DueDistance | null): string | null {
  if (moment === null || distance === null) return null;
  return `${fullWords(moment)}, ${dueWords(distance.words)}`;
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
  rotateOn = $state("");
  /** Why it is never rotated; the interval and the date do not count then. */
  never = $state("");
  leadTimes: number[] | null = null;
  recognised = $state.raw<RecognisedView | null>(null);
  /** The variable that came from recognition alone. */
  #suggested = $state<string | null>(null);
  /** What Rust said of what was typed a moment ago. */
  check = $state.raw<DraftCheck | null>(null);

  #before = "";

  static at(location: KeyLocation): Draft {
    const draft = new Draft();
    draft.project = location.project ?? "";
    draft.environment = location.environment ?? "";
    draft.#before = draft.#state();
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
    draft.rotateOn = view.rotate_on ?? "";
    draft.never = view.never_rotate ?? "";
    draft.leadTimes = view.lead_times;
    draft.#before = draft.#state();
    return draft;
  }

  /** Whether it is not as it was when the form was opened. */
  get changed(): boolean {
    return this.#state() !== this.#before;
  }

  #state(): string {
    const fields = this.fields.map(({ name, value, kind, variable, loader }) => [
      name,
      value,
      kind,
      variable,
      loader,
    ]);
    const where = [this.project, this.environment, this.tier, this.name, this.provider];
    const restrictions = [this.scopes, this.ips, this.quota, this.expires, this.rotate];
    const rotation = [this.rotateOn, this.never];
    const about = [this.owner, this.tags, this.url, this.note];
    return JSON.stringify([fields, where, restrictions, rotation, about]);
  }

  #ifRotated(text: string): string {
    return this.never.trim() === "" ? text : "";
  }

  /** The first value with its variable, unless recognition itself suggested that one. */
  toRecognise(): RecognisedPair | null {
    const [first] = this.fields;
    if (first === undefined || stored(first.value) === "") return null;
    const suggested = !first.ownVariable && first.variable === this.#suggested;
    return { value: stored(first.value), variable: suggested ? "" : first.variable.trim() };
  }

  /**
   * Fills in what was recognised in the first value, except what the user typed. A guess makes a
   * field secret, never plain: that a person may choose.
   */
  take(recognised: RecognisedView, asked: string): void {
    this.recognised = recognised;
    const [first] = this.fields;
    if (first === undefined) return;
    if (recognised.kind === "secret" && !first.ownKind) first.kind = "secret";
    if (recognised.provider !== null) this.provider = recognised.provider;
    if (asked === "") this.#suggest(first, recognised.variable);
    if (!this.ownName && recognised.provider_name !== null) this.name = recognised.provider_name;
  }

  #suggest(first: FieldDraft, variable: string | null): void {
    const replaces =
      !first.ownVariable && (variable !== null || first.variable === this.#suggested);
    if (replaces) first.variable = variable ?? "";
    this.#suggested = variable;
  }

  /** Whether the first field is stored as a secret though it does not look like one. */
  get looksPlain(): boolean {
    const [first] = this.fields;
    return this.recognised?.kind === "plain" && first?.kind === "secret" && !first.ownKind;
  }

  /** What is checked while it is typed: everything but the values. */
  toCheck(now: Date): KeyDraft {
    return {
      today: toDay(now),
      project: this.project,
      environment: this.environment,
      name: this.name,
      expires: this.expires,
      rotate_every: this.#ifRotated(this.rotate),
      rotate_on: this.#ifRotated(this.rotateOn),
      allowed_ips: [...this.ips],
      fields: this.fields.map(({ name, variable }) => ({ name, variable })),
    };
  }

  /** Takes the result of a check; a name suggests the variable of the only field. */
  checked(check: DraftCheck): void {
    this.check = check;
    const [first] = this.fields;
    if (
      first !== undefined &&
      this.ownName &&
      this.fields.length === 1 &&
      !first.ownVariable &&
      this.#suggested === null
    ) {
      first.variable = check.variable ?? "";
    }
  }

  addField(): void {
    const [first] = this.fields;
    if (this.fields.length === 1 && first?.name === "value") first.name = "key";
    const field = new FieldDraft(this.fields.length === 1 ? "secret" : "");
    const base = this.check?.variable ?? "";
    field.variable = base === "" || field.name === "" ? "" : `${base}_SECRET`;
    this.fields = [...this.fields, field];
  }

  removeField(key: string): void {
    this.fields = this.fields.filter((field) => field.key !== key);
    const [first] = this.fields;
    if (this.fields.length === 1 && first !== undefined) first.name = "value";
  }

  /** As it was checked last. */
  metadata(): Metadata {
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
      expires: this.check?.expires ?? null,
      rotate_every_days: this.check?.rotate_every_days ?? null,
      rotate_on: this.check?.rotate_on ?? null,
      never_rotate: orNone(this.never),
      lead_times: this.leadTimes,
    };
  }

  values(): FieldInput[] {
    return this.fields.map((field) => ({ field: field.name.trim(), value: stored(field.value) }));
  }

  /** Clears the values: none stays in this window after it was sent. */
  forgetValues(): void {
    for (const field of this.fields) field.value = "";
  }
}
