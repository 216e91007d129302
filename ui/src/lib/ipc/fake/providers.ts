// The services that the catalogue knows: the list that the contract compares with the real
// answer. The patterns are a few of the catalogue's, for keys that a test types.

import scenarios from "../../../../tests/contract/providers.json";
import type { ProviderView } from "../generated-window";

const patterns: Record<string, RegExp> = {
  anthropic: /^sk-ant-/,
  aws: /^(AKIA|ASIA)/,
  github: /^(ghp_|github_pat_)/,
  openai: /^sk-(proj|svcacct)-/,
  sendgrid: /^SG\./,
  stripe: /^(sk|rk)_(test|live)_/,
};

export const providers: ProviderView[] = scenarios.flatMap(({ steps }) =>
  steps.flatMap(({ answer }) => answer),
);

/** The provider of a value by its shape, else of a variable by its name. */
export function providerOf(
  value: string,
  variable: string,
): [ProviderView, "shape" | "name"] | null {
  const shaped = providers.find((each) => patterns[each.id]?.test(value.trim()));
  if (shaped !== undefined) return [shaped, "shape"];
  const named = providers.find((each) => each.variables.includes(variable));
  return named === undefined ? null : [named, "name"];
}
