// A made-up audit log, running programs and versions.

import type { AuditEntryView, CredentialView, RunningView, VersionView } from "../generated";
import type { ChildView } from "../generated-window";

const perDay = [
  3, 5, 2, 8, 12, 9, 4, 6, 11, 14, 10, 7, 5, 9, 13, 16, 12, 8, 6, 10, 15, 18, 11, 9, 7, 12, 14, 21,
];
const programs = ["/usr/local/bin/kh", "/usr/bin/keyhaven"];
const started = ["node", "python3", "psql", "cargo"];

export function log(credentials: CredentialView[], now: Date): AuditEntryView[] {
  const entries: AuditEntryView[] = [];
  let sequence = 1;
  for (const [day, count] of perDay.entries()) {
    for (let use = 0; use < count; use++) {
      const minutes = (perDay.length - 1 - day) * 1440 + (count - use) * 17;
      entries.push(entry(sequence++, credentials, new Date(now.getTime() - minutes * 60_000)));
    }
  }
  return entries.reverse();
}

const kinds = [
  "use.launch",
  "use.launch",
  "use.copy",
  "credential.edit",
  "use.launch",
  "credential.set",
  "use.export",
  "use.launch_failed",
];

function entry(sequence: number, credentials: CredentialView[], at: Date): AuditEntryView {
  const action = kinds[(sequence * 5) % kinds.length] ?? "use.launch";
  const first = credentials[(sequence * 7) % Math.max(credentials.length, 1)];
  const launched = action.startsWith("use.launch");
  const near = credentials.filter(
    (other) => other.project === first?.project && other.environment === first?.environment,
  );
  return {
    sequence,
    at: at.toISOString(),
    action,
    outcome:
      action === "use.launch_failed" ? "failed" : action.startsWith("use.") ? "released" : "done",
    credentials: launched ? near.slice(0, 6).map((each) => each.name) : first ? [first.name] : [],
    project: first?.project ?? null,
    environment: first?.environment ?? null,
    actor: {
      uid: 1000,
      pid: 4000 + sequence,
      program: programs[sequence % 2] ?? "kh",
      known_by: "handle",
    },
    claimed: {
      program: launched ? (started[sequence % 4] ?? null) : null,
      directory: launched ? "/home/ada/shop" : null,
      profile: null,
    },
    detail: {},
  };
}

export function running(
  credentials: CredentialView[],
  launches: ChildView[],
  now: Date,
): RunningView[] {
  const names = (project: string, environment: string) =>
    credentials
      .filter((each) => each.project === project && each.environment === environment)
      .map((each) => each.name);
  const since = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString();
  const started = launches
    .filter((each) => each.ended === null)
    .map(({ pid, command, project, environment, started_at }) => ({
      pid,
      program: command.split(" ")[0] ?? command,
      project,
      environment,
      credentials: names(project, environment),
      stale: [],
      since: started_at,
    }));
  return [
    ...started,
    {
      pid: 4711,
      program: "node",
      project: "shop",
      environment: "dev",
      credentials: names("shop", "dev"),
      stale: ["Stripe"],
      since: since(134),
    },
    {
      pid: 5102,
      program: "python3",
      project: "trading-bot",
      environment: "prod",
      credentials: names("trading-bot", "prod"),
      stale: [],
      since: since(26),
    },
  ];
}

export function versions(view: CredentialView, now: Date): VersionView[] {
  const day = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString();
  const base = { grace_until: null, stored: true };
  return [
    {
      ...base,
      number: 3,
      label: "current",
      created_at: view.rotated_at,
      uses: view.uses,
      last_used: view.last_used,
    },
    { ...base, number: 2, label: "retired", created_at: day(180), uses: 94, last_used: day(88) },
    {
      ...base,
      number: 1,
      label: "revoked",
      created_at: day(260),
      uses: 12,
      last_used: day(181),
      stored: false,
    },
  ];
}

/** The entry of a change that was made just now. */
export function done(action: string, view: CredentialView, sequence: number): AuditEntryView {
  return {
    sequence,
    at: view.changed_at,
    action,
    outcome: "done",
    credentials: [view.name],
    project: view.project,
    environment: view.environment,
    actor: { uid: 1000, pid: 4000, program: "/usr/bin/keyhaven", known_by: "handle" },
    claimed: { program: null, directory: null, profile: null },
    detail: {},
  };
}
