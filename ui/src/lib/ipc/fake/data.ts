// Made-up credentials for tests and pictures. No value exists anywhere in here.

import { dayAfter } from "$lib/time/relative";
import type { CredentialView, FieldView, Tier, TrustedFileView } from "../generated";
import { dated } from "./due";

export const tiers: Record<string, Tier> = {
  dev: "development",
  development: "development",
  local: "development",
  test: "development",
  staging: "staging",
  stage: "staging",
  qa: "staging",
  prod: "production",
  production: "production",
  live: "production",
};

interface Sketch {
  name: string;
  provider?: string;
  variables: string[];
  fields?: string[];
  scopes?: string[];
  ips?: string[];
  owner?: string;
  quota?: string;
  tags?: string[];
  note?: string;
  url?: string;
  expires?: number;
  rotate?: [every: number, due: number];
  usedMinutesAgo?: number;
  uses?: number;
  plain?: boolean;
}

const shop: Sketch[] = [
  {
    name: "Stripe",
    provider: "stripe",
    variables: ["STRIPE_SECRET_KEY"],
    scopes: ["read", "write"],
    rotate: [90, 3],
    usedMinutesAgo: 2,
    uses: 318,
    owner: "payments",
    tags: ["billing"],
    url: "https://dashboard.stripe.com/apikeys",
    quota: "100 requests a second",
  },
  {
    name: "OpenAI",
    provider: "openai",
    variables: ["OPENAI_API_KEY"],
    scopes: ["project"],
    rotate: [60, 41],
    usedMinutesAgo: 64,
    uses: 1204,
    owner: "search",
  },
  {
    name: "AWS deploy",
    provider: "aws",
    variables: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
    fields: ["access_key_id", "secret_access_key"],
    rotate: [90, -5],
    usedMinutesAgo: 60 * 26,
    uses: 77,
    owner: "platform",
    tags: ["deploy"],
    ips: ["203.0.113.7", "10.20.0.0/16"],
  },
  {
    name: "Token Metrics",
    provider: "token-metrics",
    variables: ["TOKEN_METRICS_API_KEY"],
    scopes: ["read"],
    rotate: [90, 62],
    usedMinutesAgo: 185,
    uses: 940,
  },
  {
    name: "Exchange, read",
    variables: ["EXCHANGE_READ_KEY", "EXCHANGE_READ_SECRET"],
    fields: ["key", "secret"],
    scopes: ["read"],
    expires: 12,
    usedMinutesAgo: 190,
    uses: 512,
  },
  {
    name: "Exchange, trade",
    variables: ["EXCHANGE_TRADE_KEY", "EXCHANGE_TRADE_SECRET"],
    fields: ["key", "secret"],
    scopes: ["trade"],
    ips: ["203.0.113.7", "203.0.113.8"],
    expires: 7,
  },
  {
    name: "SendGrid",
    provider: "sendgrid",
    variables: ["SENDGRID_API_KEY"],
    scopes: ["mail.send"],
    rotate: [90, 88],
    usedMinutesAgo: 60 * 24 * 4,
    uses: 61,
  },
  {
    name: "GitHub",
    provider: "github",
    variables: ["GITHUB_TOKEN"],
    scopes: ["contents:read", "issues:write"],
    expires: 29,
    usedMinutesAgo: 240,
    uses: 133,
    tags: ["ci"],
  },
  {
    name: "PostgreSQL",
    variables: ["DATABASE_URL"],
    usedMinutesAgo: 2,
    uses: 2210,
    owner: "platform",
    note: "Role shop_app; the schema owner has its own.",
  },
  { name: "LOG_LEVEL", variables: ["LOG_LEVEL"], plain: true, usedMinutesAgo: 2, uses: 2210 },
];

const bot: Sketch[] = [
  {
    name: "Binance, read",
    provider: "binance",
    variables: ["BINANCE_KEY", "BINANCE_SECRET"],
    fields: ["key", "secret"],
    scopes: ["read"],
    rotate: [90, 33],
    usedMinutesAgo: 11,
    uses: 8120,
  },
  {
    name: "Binance, trade",
    provider: "binance",
    variables: ["BINANCE_TRADE_KEY", "BINANCE_TRADE_SECRET"],
    fields: ["key", "secret"],
    scopes: ["trade"],
    ips: ["203.0.113.7"],
    rotate: [30, 6],
    usedMinutesAgo: 32,
    uses: 711,
  },
  {
    name: "Kraken",
    provider: "kraken",
    variables: ["KRAKEN_KEY", "KRAKEN_SECRET"],
    fields: ["key", "secret"],
    scopes: ["read"],
    rotate: [90, 55],
    usedMinutesAgo: 60 * 7,
    uses: 420,
  },
  {
    name: "Coinbase",
    provider: "coinbase",
    variables: ["COINBASE_KEY"],
    scopes: ["read"],
    rotate: [90, 70],
  },
  {
    name: "Token Metrics",
    provider: "token-metrics",
    variables: ["TOKEN_METRICS_API_KEY"],
    rotate: [90, 62],
    usedMinutesAgo: 185,
    uses: 377,
  },
  { name: "Telegram", variables: ["TELEGRAM_BOT_TOKEN"], usedMinutesAgo: 60 * 24 * 2, uses: 52 },
];

const blog: Sketch[] = [
  {
    name: "Cloudflare",
    provider: "cloudflare",
    variables: ["CLOUDFLARE_API_TOKEN"],
    scopes: ["zone:edit"],
    expires: 47,
    usedMinutesAgo: 60 * 24 * 9,
    uses: 18,
  },
  {
    name: "Mailgun",
    provider: "mailgun",
    variables: ["MAILGUN_API_KEY"],
    rotate: [90, 20],
    usedMinutesAgo: 60 * 24 * 16,
    uses: 9,
  },
  {
    name: "Sentry",
    provider: "sentry",
    variables: ["SENTRY_DSN"],
    usedMinutesAgo: 60 * 30,
    uses: 40,
  },
];

/** Where each made-up project keeps which sketches. */
const places: [project: string, environment: string, sketches: Sketch[], shift: number][] = [
  ["shop", "dev", shop, 0],
  ["shop", "staging", shop.slice(0, 7), 21],
  ["shop", "prod", shop.slice(0, 8), 34],
  ["trading-bot", "dev", bot, 0],
  ["trading-bot", "prod", bot.slice(0, 5), 48],
  ["blog", "dev", blog, 0],
  ["blog", "prod", blog, 60],
];

const idOf = (index: number) => `0192f0c1-7a00-7000-8000-${index.toString(16).padStart(12, "0")}`;

function fieldsOf(sketch: Sketch): FieldView[] {
  const names = sketch.fields ?? ["value"];
  return names.map((name, index) => ({
    name,
    kind: sketch.plain || name === "access_key_id" ? "plain" : "secret",
    variable: sketch.variables[index] ?? null,
    allow_loader_variable: false,
  }));
}

function build(
  sketch: Sketch,
  index: number,
  project: string,
  environment: string,
  shift: number,
  now: Date,
): CredentialView {
  const at = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString();
  const due = sketch.rotate ? sketch.rotate[1] + shift : null;
  const used = sketch.usedMinutesAgo === undefined ? null : at(sketch.usedMinutesAgo + shift * 90);
  const view: CredentialView = {
    id: idOf(index),
    revision: 3,
    name: sketch.name,
    project,
    environment,
    tier: tiers[environment] ?? "production",
    provider: sketch.provider ?? null,
    variables: sketch.variables,
    fields: sketch.fields?.length ?? 1,
    plain: sketch.plain ?? false,
    scopes: sketch.scopes ?? [],
    tags: sketch.tags ?? [],
    expires: sketch.expires === undefined ? null : dayAfter(now, sketch.expires + shift),
    expires_in: null,
    rotation_due: due === null ? null : dayAfter(now, due),
    rotation_in: null,
    state: "fine",
    last_used: used,
    field_list: fieldsOf(sketch),
    allowed_ips: sketch.ips ?? [],
    owner: sketch.owner ?? null,
    quota: sketch.quota ?? null,
    url: sketch.url ?? null,
    note: sketch.note ?? null,
    rotate_every_days: sketch.rotate?.[0] ?? null,
    rotate_on: null,
    never_rotate: null,
    rotation_basis: due === null ? null : "new_value",
    lead_times: null,
    snoozed_until: null,
    created_at: at(60 * 24 * 200),
    changed_at: at(60 * 24 * 20),
    rotated_at: at(60 * 24 * 87),
    uses: sketch.uses ?? 0,
    version: 2,
  };
  return dated(view, now);
}

/** 42 credentials of three projects. */
export function sample(now: Date): CredentialView[] {
  let index = 0;
  return places.flatMap(([project, environment, sketches, shift]) =>
    sketches.map((sketch) => build(sketch, index++, project, environment, shift, now)),
  );
}

/** Any number of credentials, for long lists. */
export function many(rows: number, now: Date): CredentialView[] {
  const all = [...shop, ...bot, ...blog];
  return Array.from({ length: rows }, (_, index) => {
    const sketch = all[index % all.length] ?? shop[0];
    if (sketch === undefined) throw new Error("no sketch");
    const project = `service-${String(Math.floor(index / 50)).padStart(3, "0")}`;
    const named = { ...sketch, name: `${sketch.name} ${index}` };
    return build(named, index, project, index % 2 ? "dev" : "prod", index % 90, now);
  });
}

/** Project files whose content was allowed. */
export function trustedFiles(now: Date): TrustedFileView[] {
  return [
    {
      path: "/home/ada/shop/.keyhaven.toml",
      sha256: "0f6b".repeat(16),
      allow_production: false,
      allowed_at: now.toISOString(),
    },
    {
      path: "/home/ada/trading-bot/.keyhaven.toml",
      sha256: "5c0f".repeat(16),
      allow_production: true,
      allowed_at: "2026-08-02T09:00:00Z",
    },
  ];
}
