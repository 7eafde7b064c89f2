import { describe, expect, it } from "vitest";
import { Actions } from "../../src/page/actions";
import type { Answer, Moment, OwnEntry, Question, StatusSnapshot } from "../../src/page/compute/protocol";
import type { RecommendationWorker } from "../../src/page/compute/recommendation-worker";
import { momentOf, Store, shownOf } from "../../src/page/page-state";
import type { Remote } from "../../src/page/remote-call";
import { NoConnection, type ServerApi, ServerProblem } from "../../src/page/sync/server-api";
import type { Storage } from "../../src/page/sync/storage";

const SIDES = ["worker", "storage"] as const;
type Side = (typeof SIDES)[number];

/** Calls that wait, each until it is let through; worker and storage each answer in the order in which they are asked. */
class Gate {
  readonly #waiting: Record<Side, (() => void)[]> = { worker: [], storage: [] };

  pass<T>(side: Side, value: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting[side].push(() => {
        try {
          resolve(value());
        } catch (error) {
          reject(error as Error);
        }
      });
    });
  }

  /** Lets one call through, and what follows from it come to its next call. False when none waits. */
  async step(quicker: Side): Promise<boolean> {
    await settled();
    const { worker, storage } = this.#waiting;
    const next = this.#waiting[quicker].shift() ?? worker.shift() ?? storage.shift();
    next?.();
    await settled();
    return next !== undefined;
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const question = (lon: number): Question => ({ location: [lon, 52], needs: [] });
const written = (moment: Moment): string => (moment.kind === "now" ? "now" : `version ${moment.version}`);
const CHANGE = {
  kind: "open" as const,
  hospital: "A1",
  open: false,
  reason: "fire",
  by: "manager",
};

/** A page whose worker and storage answer when the gate lets them; each answer says what it was asked. */
async function page(start?: number) {
  const gate = new Gate();
  const store = new Store();
  const held: OwnEntry[] = [];
  let given: readonly OwnEntry[] = [];
  let refusal: Error | undefined;
  let failure: Error | undefined;
  const worker = {
    snapshot: (moment: Moment) =>
      gate.pass(
        "worker",
        () =>
          ({
            version: moment.kind === "now" ? 9 : moment.version,
            at: written(moment),
            isLive: moment.kind === "now",
            eds: [],
            ownEntries: given.map(({ id }) => ({ id, stands: true, text: id })),
          }) as StatusSnapshot,
      ),
    eventsSince: () => gate.pass("worker", () => []),
    ask: (asked: Question, moment: Moment) =>
      gate.pass(
        "worker",
        () =>
          ({
            advice: {
              destination: { hospital: { id: "A1" }, warnings: [] },
              alternatives: [],
              passedOver: [],
              asked,
              moment,
            },
            route: { to: "A1", asked, moment },
          }) as unknown as Answer,
      ),
    routeTo: (advice: { asked: Question; moment: Moment }, hospital: string) =>
      gate.pass("worker", () => ({ to: hospital, asked: advice.asked, moment: advice.moment })),
    setEntries: (entries: readonly OwnEntry[]) =>
      gate.pass("worker", () => {
        if (failure !== undefined) throw failure;
        given = entries;
      }),
    check: () => gate.pass("worker", () => "flag"),
  } as unknown as Remote<RecommendationWorker>;
  const storage = {
    entries: () => gate.pass("storage", () => [...held]),
    addEntry: (entry: OwnEntry) =>
      gate.pass("storage", () => {
        if (refusal !== undefined) throw refusal;
        held.push(entry);
      }),
    dropEntry: (id: string) =>
      gate.pass("storage", () => {
        if (refusal !== undefined) throw refusal;
        held.splice(0, held.length, ...held.filter((one) => one.id !== id));
      }),
  } as unknown as Storage;
  const listeners: (() => void)[] = [];
  const channel = {
    postMessage: () => undefined,
    addEventListener: (_: "message", listener: () => void) => void listeners.push(listener),
  };
  const server = { token: undefined, change: async () => ({ outcome: "accepted" }) } as unknown as ServerApi;
  const actions = new Actions(store, worker, server, storage, channel);
  store.set({ opened: {} as never, connection: { state: "lost", sinceMs: 0 } });
  const finish = async (quicker: Side = "worker"): Promise<void> => {
    while (await gate.step(quicker));
  };
  held.push({ id: "first", change: CHANGE, key: "flag", enteredAt: "2017-05-15T12:00:00Z" });
  void actions.refresh();
  void actions.ask(question(1));
  await finish();
  if (start !== undefined) {
    void actions.goTo(start);
    await finish();
  }
  return {
    actions,
    gate,
    store,
    server,
    held,
    finish,
    given: () => given,
    refuse: (error: Error) => void (refusal = error),
    fail: (error: Error) => void (failure = error),
    elsewhere(): void {
      for (const listener of listeners) listener();
    },
  };
}

type Page = Awaited<ReturnType<typeof page>>;

/** A move through time ends the choice, also one made while the move was under way. */
function expectChosen({ store }: Page, hospital: string, overtaken: string): void {
  const { answer, chosenEd } = store.state;
  if (overtaken.startsWith("going back") && chosenEd === undefined) return;
  expect(chosenEd).toBe(answer === undefined ? undefined : hospital);
}

/** All that changes the state after a wait, and what must hold in the end if nothing came after it. */
const TRANSITIONS: Readonly<
  Record<string, { start(page: Page): unknown; holds(page: Page, overtaken: string): void }>
> = {
  "going back to a version": {
    start: ({ actions }) => actions.goTo(5),
    holds: ({ store }) => expect(momentOf(store.state.showing)).toEqual({ kind: "past", version: 5 }),
  },
  "going back to another version": {
    start: ({ actions }) => actions.goTo(3),
    holds: ({ store }) => expect(momentOf(store.state.showing)).toEqual({ kind: "past", version: 3 }),
  },
  "going back to now": {
    start: ({ actions }) => actions.goTo(undefined),
    holds: ({ store }) => expect(store.state.showing).toEqual({ kind: "now" }),
  },
  asking: {
    start: ({ actions }) => actions.ask(question(2)),
    holds: ({ store }) => expect(store.state.question).toEqual(question(2)),
  },
  "withdrawing the question": {
    start: ({ actions }) => actions.ask(undefined),
    holds: ({ store }) => expect(store.state).toMatchObject({ question: undefined, answer: undefined }),
  },
  "choosing an ED": {
    start: ({ actions }) => actions.choose("B2"),
    holds: (page, overtaken) => expectChosen(page, "B2", overtaken),
  },
  "choosing the destination": {
    start: ({ actions }) => actions.choose("A1"),
    holds: (page, overtaken) => expectChosen(page, "A1", overtaken),
  },
  "news from the server": {
    start: ({ actions }) => actions.refresh(["A cause"]),
    holds: () => undefined,
  },
  "entering a change": {
    start: ({ actions }) => actions.change(CHANGE, () => 0),
    holds: ({ held }) => expect(held.length).toBeGreaterThan(0),
  },
  "dropping an entry": {
    start: ({ actions }) => actions.drop("first"),
    holds: ({ held }) => expect(held.map(({ id }) => id)).not.toContain("first"),
  },
  "entries made in another tab": { start: ({ elsewhere }) => elsewhere(), holds: () => undefined },
};

/** What is shown is of one piece: nothing of one moment, question or choice beside something of another. */
function expectOnePiece({ store, held, given }: Page): void {
  const { state } = store;
  expect(shownOf(state)?.at).toBe(written(momentOf(state.showing)));
  const answer = state.answer as { advice: { asked: Question; moment: Moment } } | undefined;
  if (state.question === undefined) expect(answer).toBeUndefined();
  else expect(answer?.advice).toMatchObject({ asked: state.question, moment: momentOf(state.showing) });
  if (state.chosenEd === undefined) expect(state.chosenRoute).toBeUndefined();
  else
    expect(state.chosenRoute).toEqual({
      ...(answer!.advice && { asked: answer!.advice.asked, moment: answer!.advice.moment }),
      to: state.chosenEd,
    });
  if (state.entries.length > 0 || held.length === 0) {
    expect(state.entries).toEqual(held);
    expect(given()).toEqual(held);
  }
}

describe("a click between two awaits", () => {
  const names = Object.keys(TRANSITIONS);
  const cases = names.flatMap((first) =>
    [undefined, 7].map((start) => ({ first, start, from: start === undefined ? "now" : "the past" })),
  );
  it.each(cases)(
    "$first from $from, overtaken at any step by anything else, leaves one state",
    async ({ first, start }) => {
      for (const second of names) {
        for (const quicker of SIDES) {
          for (let steps = 0, isOver = false; !isOver; steps++) {
            const shown = await page(start);
            const told = `${first}, after ${steps} steps ${second}; the ${quicker} is quicker`;
            void TRANSITIONS[first]!.start(shown);
            for (let step = 0; step < steps && !isOver; step++) isOver = !(await shown.gate.step(quicker));
            void TRANSITIONS[second]!.start(shown);
            await shown.finish(quicker);
            try {
              expectOnePiece(shown);
              TRANSITIONS[second]!.holds(shown, first);
            } catch (error) {
              throw new Error(told, { cause: error });
            }
          }
        }
      }
    },
  );
});

describe("a change that cannot be stored", () => {
  it("is refused aloud, and is not shown as entered", async () => {
    const shown = await page();
    shown.refuse(new DOMException("The quota has been exceeded.", "QuotaExceededError"));
    const result = shown.actions.change(CHANGE, () => 0);
    await shown.finish();
    expect(await result).toMatchObject({ done: false });
    expect((await result).text).toMatch(/did not store .*quota has been exceeded.* nothing was entered/);
    expect(shown.held.map(({ id }) => id)).toEqual(["first"]);
    expect(shown.store.state.entries).toEqual([]);
  });

  it("nor can one that cannot be taken back pass for dropped", async () => {
    const shown = await page();
    shown.refuse(new DOMException("The database is closing.", "InvalidStateError"));
    const result = shown.actions.drop("first");
    await shown.finish();
    expect(await result).toEqual({
      done: false,
      text: "This browser did not remove the entry (The database is closing.): it still counts on this page.",
    });
    expect(shown.held.map(({ id }) => id)).toEqual(["first"]);
  });

  it("and one that was sent and stays here is said to be both", async () => {
    const shown = await page();
    shown.refuse(new DOMException("The database is closing.", "InvalidStateError"));
    const result = shown.actions.send(shown.held[0]!);
    await shown.finish();
    expect(await result).toMatchObject({
      done: false,
      text: expect.stringMatching(/^Sent: .* Do not send it again\.$/),
    });
  });

  it("while one that is stored and cannot be shown is said to be entered", async () => {
    const shown = await page();
    shown.fail(new Error("The worker is gone."));
    const result = shown.actions.change(CHANGE, () => 0);
    await shown.finish();
    expect(await result).toMatchObject({
      done: true,
      text: expect.stringMatching(/^Entered here.*The worker is gone/),
    });
    expect(shown.held).toHaveLength(2);
  });
});

describe("a change whose answer does not come", () => {
  it("is never said to be not made, and is made again under the same name", async () => {
    const { actions, store, server, finish } = await page();
    store.set({ connection: { state: "connected" } });
    const ids: string[] = [];
    let failure: Error | undefined = new NoConnection("gone");
    server.change = async (_change, _key, _version, id) => {
      ids.push(id);
      if (failure !== undefined) throw failure;
      return { outcome: "accepted" };
    };
    const change = async () => {
      const made = actions.change(CHANGE, () => 0);
      await finish();
      return made;
    };
    expect(await change()).toMatchObject({ done: false, text: expect.stringContaining("may have been made") });
    failure = new ServerProblem(503, "The change may have been made.", "status-outcome-unknown");
    expect(await change()).toMatchObject({ done: false, text: "The change may have been made." });
    failure = undefined;
    expect(await change()).toMatchObject({ done: true });
    expect(await change()).toMatchObject({ done: true });
    expect(new Set(ids.slice(0, 3)).size).toBe(1);
    expect(ids[3]).not.toBe(ids[2]);
  });
});
