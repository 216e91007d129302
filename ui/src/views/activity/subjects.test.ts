// What an entry of the log is about, where it is about no key.

import { expect, it } from "vitest";
import type { AuditEntryView } from "$lib/ipc/generated";
import { subjects } from "./actions";

const entry = (credentials: string[], detail: AuditEntryView["detail"]) =>
  ({ credentials, detail }) as AuditEntryView;

it.each([
  [entry(["stripe", "github"], { profile: "web" }), ["stripe", "github"]],
  [entry([], { profile: "web", project: "shop" }), ["web"]],
  [
    entry([], { path: "/home/ada/shop/.keyhaven.toml", sha256: "00" }),
    ["/home/ada/shop/.keyhaven.toml"],
  ],
  [entry([], { file: "/home/ada/keys.khbackup" }), ["/home/ada/keys.khbackup"]],
  [entry([], { variable: "NODE_OPTIONS" }), ["NODE_OPTIONS"]],
  [entry([], { settings: "..." }), []],
])("of %j it names %j", (shown, named) => expect(subjects(shown)).toEqual(named));
