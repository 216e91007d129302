// The main window's commands over the fake vault.

import type { Backend } from "../backend";
import type { Notice, ProfileView } from "../generated";
import {
  type ChildView,
  type LaunchDraft,
  type MainCommands,
  mainClient,
  type NoticeText,
  type ProfileDraft,
  type RecognisedView,
} from "../generated-window";
import { ask, fillsLaunches, fillsMarked, fillsOtherwise } from "./confirmations";
import { confirmed, picked, prompted } from "./dialogs";
import { findings } from "./doctor";
import { checkDraft } from "./draft";
import { type Handlers, invoking } from "./handlers";
import { health } from "./health";
import { importCommands } from "./imports";
import { providerOf, providers } from "./providers";
import { answer, seen, targeted, unlocked } from "./queries";
import { isWeaker } from "./settings";
import { type FakeVault, invalid, nextExpiry, rejection } from "./vault";
import { keepFirst, keepNew, rotation, valuesOf } from "./versions";

/** The commands but for the queries, whose answer depends on what is asked. */
type Commands = Omit<MainCommands, "query">;

export function makeBackend(vault: FakeVault): Backend {
  return {
    ...mainClient(invoking(mainCommands(vault))),
    query: (name, request) => answer(vault, name, request),
    on: async (event, handler) => vault.listen(event, handler),
  };
}

export function mainCommands(vault: FakeVault): Handlers<Commands> {
  return {
    ...importCommands(vault),
    add_credential({ request }) {
      unlocked(vault);
      const { project, environment, tier, metadata } = request;
      const launched = fillsLaunches(vault, project, environment, metadata);
      const marked = fillsMarked(metadata.fields.map((each) => each.variable));
      ask(vault, launched || marked || fillsOtherwise([], metadata));
      const view = vault.add(project, environment, tier, metadata);
      keepFirst(vault, view, request.values);
      return view;
    },
    set_values({ request }) {
      unlocked(vault);
      const view = seen(targeted(vault, request.target), request.revision);
      const given = request.values.map((each) => each.field);
      const fields = view.field_list.filter((each) => given.includes(each.name));
      const ends = request.expires === "none" && view.expires !== null;
      ask(vault, ends || fillsMarked(fields.map((each) => each.variable)));
      const old = valuesOf(vault, view);
      // The values there are already make no version.
      if (request.values.every(({ field, value }) => old.get(field) === value)) {
        const expires = nextExpiry(request.expires ?? "keep", view.expires, vault.now);
        return expires === view.expires ? view : vault.replace({ ...view, expires });
      }
      const { number: version, at: rotated_at } = keepNew(vault, view, request.values);
      const expires = nextExpiry(request.expires, view.expires, vault.now);
      const ended = { rotate_on: null, snoozed_until: null };
      const fresh = { ...view, ...ended, version, rotated_at, expires };
      return vault.replace({ ...fresh, ...rotation(vault, fresh) });
    },
    configure({ settings }) {
      const leaves =
        vault.options.leaving || (isWeaker(vault.settings, settings) && !prompted(vault.dialogs));
      if (leaves) throw rejection("cancelled", "Cancelled.");
      vault.settings = settings;
      return settings;
    },
    check_draft: ({ draft }) => checkDraft(draft),
    recognise: ({ value, variable }) => recognise(value, variable),
    providers: () => providers,
    open_prompt({ kind }) {
      if (kind === "configure" || kind === "reveal" || kind === "restore")
        throw invalid("prompt_not_openable", "This prompt opens only where it is needed.");
      vault.prompts.push(kind);
      // What is done in a prompt of a scenario, its own steps do.
      if (vault.dialogs !== null) return { done: prompted(vault.dialogs), damaged: false };
      if (vault.damaged && kind === "unlock") return { done: false, damaged: true };
      if (kind === "password" || kind === "recovery" || kind === "rekey") {
        if (kind !== "recovery") vault.recovered = false;
        vault.emit({ event: "changed" });
        return { done: true, damaged: false };
      }
      vault.initialised = true;
      vault.locked = false;
      if (kind === "create") vault.living = [];
      vault.emit({ event: "unlocked" });
      return { done: true, damaged: false };
    },
    open_reveal({ credential, field }) {
      prompted(vault.dialogs);
      // Another process shows it; a test sees here what was asked for.
      document.documentElement.dataset.revealed = `${vault.find(credential).name} ${field ?? "-"}`;
      return null;
    },
    restore_backup({ file }) {
      const chosen = file ?? picked(vault.dialogs, "file", "picked");
      if (file !== null && !vault.backups.some((each) => each.file === file))
        throw rejection("not_a_backup", `${file} is not a Keyhaven backup.`);
      if (chosen === null || !confirmed(vault.dialogs)) return { done: false, damaged: false };
      document.documentElement.dataset.restored = chosen;
      vault.damaged = false;
      return { done: prompted(vault.dialogs), damaged: false };
    },
    salvage_vault() {
      if (!vault.locked) throw invalid("lock_first", "The vault must be locked for this.");
      const chosen = picked(vault.dialogs, "folder", "/home/ada");
      if (chosen === null) return null;
      // As if something was in it.
      const folder = `${chosen}/keyhaven-salvaged`;
      return prompted(vault.dialogs) ? { folder } : null;
    },
    empty_trash() {
      unlocked(vault);
      const erased = vault.trash.length;
      ask(vault, erased > 0);
      vault.trash = [];
      vault.changed();
      return erased;
    },
    launch_start: ({ wanted }) => (confirmed(vault.dialogs) ? started(vault, wanted) : null),
    launch_again({ id }) {
      const { project, environment, command } = launched(vault, id);
      return started(vault, { typed: { project, environment, command, directory: null } });
    },
    launch_suggestions: () => ["npm run dev", "npm run test"],
    save_profile({ draft }) {
      checkKeys(vault, draft);
      return confirmed(vault.dialogs) ? saved(vault, draft) : null;
    },
    pinned_profiles: () => vault.pinned,
    pin_profile({ id, on }) {
      vault.pinned = vault.pinned.filter((each) => each !== id).concat(on ? [id] : []);
      return null;
    },
    launch_terminal: () => confirmed(vault.dialogs),
    launches: () => vault.launches,
    launch_output({ id, from }) {
      const found = vault.launches.find((each) => each.id === id);
      if (found === undefined) return null;
      const text = `$ ${found.command}\nlistening on port 3000\nSTRIPE_SECRET_KEY is [masked]\n`;
      return { text: text.slice(from), from, next: text.length };
    },
    launch_stop({ id }) {
      vault.launches = vault.launches.map((each) =>
        each.id === id ? { ...each, ended: { code: null, signal: 15 } } : each,
      );
      vault.send("keyhaven-launches", null);
      vault.emit({ event: "running" });
      return null;
    },
    choose_directory() {
      const path = picked(vault.dialogs, "folder", "/home/ada/shop");
      return path === null ? null : { id: 1, path };
    },
    notice_text: ({ notice }) => noticeText(notice),
    doctor: () => findings,
    health() {
      unlocked(vault);
      return health(vault);
    },
    preferences: () => ({ theme: vault.theme, zoom: vault.zoom, view: vault.view }),
    set_preferences({ preferences }) {
      vault.theme = preferences.theme;
      vault.zoom = preferences.zoom;
      vault.view = /^[a-z-]{0,32}$/.test(preferences.view ?? "") ? preferences.view : "";
      // What the window's own zoom does, where there is only a browser.
      document.documentElement.style.setProperty("zoom", `${preferences.zoom}%`);
      return null;
    },
    set_unsaved({ work }) {
      vault.unsaved = work;
      return null;
    },
  };
}

/** Of the notices that a view shows. */
function noticeText({ code }: Notice): NoticeText {
  const backup =
    "The daily backup could not be written: the disk is full; nothing was changed; it will be tried again.";
  return { message: code === "backup_failed" ? backup : code, hint: null };
}

/** A profile of a key that is not there is refused before anybody is asked about it. */
function checkKeys(vault: FakeVault, { project, environment, only }: ProfileDraft): void {
  for (const reference of only.filter((each) => !each.includes("/"))) {
    const name = reference.replace(/^kh:/, "");
    targeted(vault, { named: { project, environment, name } });
  }
}

/** As the Rust side reads a command: plain words, or something for the shell. */
function saved(vault: FakeVault, draft: ProfileDraft): ProfileView {
  const { known, directory, command, only, set, ...said } = draft;
  const words = command.trim().split(/\s+/).filter(Boolean);
  const view: ProfileView = {
    id: known?.[0] ?? `profile-${vault.profiles.length + 1}`,
    revision: (known?.[1] ?? 0) + 1,
    tier:
      vault.environments().find((each) => each.name === draft.environment)?.tier ?? "production",
    created_at: vault.now.toISOString(),
    changed_at: vault.now.toISOString(),
    profile: {
      ...said,
      choice: { only, except: [], prefix: "", renamed: [], set },
      command: /^[\w .:/=-]*$/.test(command) ? words : ["sh", "-c", command],
      directory: typeof directory === "string" ? null : "/home/ada/shop",
      shell: null,
      keep: [],
      mask: true,
    },
  };
  vault.profiles = [...vault.profiles.filter((each) => each.id !== view.id), view];
  vault.changed();
  return view;
}

function started(vault: FakeVault, wanted: LaunchDraft): ChildView {
  const profile =
    "profile" in wanted
      ? vault.profiles.find((each) => each.profile.name === wanted.profile)?.profile
      : undefined;
  const typed = "typed" in wanted ? wanted.typed : undefined;
  const { project, environment } = typed ?? profile ?? { project: "", environment: "" };
  const launch = {
    id: vault.launches.length + 1,
    command: typed?.command ?? profile?.command.join(" ") ?? "",
    profile: profile?.name ?? null,
    project,
    environment,
    pid: 7000 + vault.launches.length,
    started_at: vault.now.toISOString(),
    ended: null,
  };
  vault.launches = [launch, ...vault.launches];
  vault.given(project, environment);
  vault.send("keyhaven-launches", null);
  return launch;
}

function launched(vault: FakeVault, id: number): ChildView {
  const found = vault.launches.find((each) => each.id === id);
  if (found === undefined) throw invalid("launch_gone", "The launch is no longer in the list.");
  return found;
}

function recognise(value: string, variable: string): RecognisedView {
  const [provider, by] = providerOf(value, variable) ?? [null, "none"];
  const secret = provider !== null || /KEY|TOKEN|SECRET|PASSWORD/.test(variable);
  const reasons = {
    shape: "has the shape of this provider's keys",
    name: "the name is one this provider uses for keys",
    none: secret ? "the name is typical of a secret" : "an ordinary name and value",
  };
  return {
    provider: provider?.id ?? null,
    provider_name: provider?.name ?? null,
    kind: secret ? "secret" : "plain",
    reason: reasons[by],
    variable: variable === "" ? (provider?.variables[0] ?? null) : variable,
    rotate_every_days: provider?.rotate_every_days ?? null,
    hidden: value.includes("\u200b") ? ["U+200B ZERO WIDTH SPACE"] : [],
  };
}
