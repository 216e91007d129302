// A few services, as the catalogue knows them.

import type { Provider } from "../backend";

const entry = (
  id: string,
  name: string,
  variable: string,
  pattern: RegExp,
  days: number | null,
) => ({
  id,
  name,
  variables: [variable],
  rotate_every_days: days,
  dashboard: null,
  pattern,
});

export const providers: (Provider & { pattern: RegExp })[] = [
  entry("anthropic", "Anthropic", "ANTHROPIC_API_KEY", /^sk-ant-/, 90),
  entry("aws", "AWS", "AWS_ACCESS_KEY_ID", /^(AKIA|ASIA)/, 90),
  entry("binance", "Binance", "BINANCE_KEY", /^$a/, 90),
  entry("cloudflare", "Cloudflare", "CLOUDFLARE_API_TOKEN", /^$a/, 90),
  entry("coinbase", "Coinbase", "COINBASE_KEY", /^$a/, 90),
  entry("github", "GitHub", "GITHUB_TOKEN", /^(ghp_|github_pat_)/, 90),
  entry("kraken", "Kraken", "KRAKEN_KEY", /^$a/, 90),
  entry("mailgun", "Mailgun", "MAILGUN_API_KEY", /^key-/, 90),
  entry("openai", "OpenAI", "OPENAI_API_KEY", /^sk-(proj|svcacct)-/, 60),
  entry("sendgrid", "SendGrid", "SENDGRID_API_KEY", /^SG\./, 90),
  entry("sentry", "Sentry", "SENTRY_DSN", /^$a/, null),
  entry("stripe", "Stripe", "STRIPE_SECRET_KEY", /^(sk|rk)_(test|live)_/, 90),
  entry("token_metrics", "Token Metrics", "TOKEN_METRICS_API_KEY", /^tm-/, 90),
];
