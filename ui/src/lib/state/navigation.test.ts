import { describe, expect, it } from "vitest";
import type { EnvironmentView } from "$lib/ipc/generated";
import { navigation } from "./navigation.svelte";

const there = (project: string, name: string): EnvironmentView => ({
  project,
  name,
  tier: "development",
  credentials: 0,
});

describe("the chosen location", () => {
  it("is left when its environment or project goes", () => {
    const left = (environments: EnvironmentView[]) => {
      navigation.goTo({ project: "shop", environment: "dev" });
      navigation.leaveMissing(environments);
      return navigation.location;
    };
    const dev = { project: "shop", environment: "dev" };
    expect(left([there("shop", "dev"), there("shop", "qa")])).toEqual(dev);
    expect(left([there("shop", "qa")])).toEqual({ project: "shop", environment: null });
    expect(left([there("blog", "dev")])).toEqual({ project: null, environment: null });
    expect(left([])).toEqual({ project: null, environment: null });
    navigation.reset();
  });
});
