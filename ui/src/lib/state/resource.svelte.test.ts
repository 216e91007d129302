import { flushSync } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Resource, resource } from "./resource.svelte";

/** A call that the test answers. */
interface Asked {
  id: string;
  answer: (text: string) => void;
  fail: (thrown: unknown) => void;
}

let asked: Asked[];
let end: () => void = () => undefined;

const load = (id: string) =>
  new Promise<string>((answer, fail) => {
    asked.push({ id, answer, fail });
  });

/** A resource inside a component that ends with `end`. */
function within<T>(make: () => Resource<T>): Resource<T> {
  let made: Resource<T> | undefined;
  end = $effect.root(() => {
    made = make();
  });
  flushSync();
  if (made === undefined) throw new Error("nothing was made");
  return made;
}

const settled = () => new Promise((done) => setTimeout(done));

beforeEach(() => {
  asked = [];
});
afterEach(() => {
  end();
  vi.useRealTimers();
});

describe("a resource", () => {
  it("loads at the start and when a dependency changes, and keeps its value meanwhile", async () => {
    let id = $state("a");
    const shown = within(() => resource(() => id, load));
    expect([shown.state, shown.value]).toEqual(["loading", null]);
    asked[0]?.answer("first");
    await settled();
    expect([shown.state, shown.value]).toEqual(["ready", "first"]);
    id = "b";
    flushSync();
    expect(asked.map((each) => each.id)).toEqual(["a", "b"]);
    expect([shown.state, shown.value]).toEqual(["ready", "first"]);
    asked[1]?.answer("second");
    await settled();
    expect(shown.value).toBe("second");
  });

  it("drops an earlier answer that comes late, and an earlier failure", async () => {
    let id = $state("a");
    const shown = within(() => resource(() => id, load));
    id = "b";
    flushSync();
    id = "c";
    flushSync();
    asked[2]?.answer("latest");
    await settled();
    asked[0]?.answer("late");
    asked[1]?.fail({ code: "internal" });
    await settled();
    expect([shown.state, shown.value]).toEqual(["ready", "latest"]);
  });

  it("shows a failure until an answer comes, and loads again when asked to", async () => {
    const shown = within(() => resource(() => "a", load));
    asked[0]?.fail(new Error("no connection"));
    await settled();
    expect(shown.state).toBe("error");
    expect(shown.failure?.message).toBeTruthy();
    const reloaded = shown.reload();
    asked[1]?.answer("back");
    await reloaded;
    expect([shown.state, shown.value, shown.failure]).toEqual(["ready", "back", null]);
  });

  it("depends on what it declares alone", async () => {
    let other = $state(0);
    within(() =>
      resource(
        () => "a",
        (id) => load(`${id}${other}`),
      ),
    );
    other = 1;
    flushSync();
    expect(asked).toHaveLength(1);
  });

  it("waits for dependencies", () => {
    let id = $state<string | null>(null);
    const shown = within(() => resource(() => id, load));
    expect([asked.length, shown.state]).toEqual([0, "loading"]);
    id = "a";
    flushSync();
    expect(asked).toHaveLength(1);
  });

  it("waits until nothing has changed for a while", () => {
    vi.useFakeTimers();
    let id = $state("a");
    within(() => resource(() => id, load, { delay: 150 }));
    vi.advanceTimersByTime(100);
    id = "b";
    flushSync();
    vi.advanceTimersByTime(149);
    expect(asked).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(asked.map((each) => each.id)).toEqual(["b"]);
  });

  it("takes no answer after its component has ended", async () => {
    const shown = within(() => resource(() => "a", load));
    end();
    asked[0]?.answer("late");
    await settled();
    expect(shown.value).toBeNull();
  });
});
