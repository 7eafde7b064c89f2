import { Actions, type EntryChannel } from "./actions";
import type { RecommendationWorker } from "./compute/recommendation-worker";
import { byId, el, fill } from "./dom";
import { localTime } from "./formats";
import { MapView } from "./map/map-view";
import type { TileService } from "./map/tile-worker";
import { Store } from "./page-state";
import { remote } from "./remote-call";
import { siteName } from "./site-names";
import type { EventPort } from "./sync/event-stream";
import { EventSubscription } from "./sync/event-subscription";
import { Link } from "./sync/link";
import { ServerApi } from "./sync/server-api";
import { openStorage } from "./sync/storage";
import { AnswerView } from "./views/answer-view";
import { EdPanel } from "./views/ed-panel";
import { setUpHelp } from "./views/help";
import { Notices } from "./views/notices";
import { QuestionForm } from "./views/question-form";
import { TimeBar } from "./views/time-bar";

/** Restrictions begin and end by the clock: everything is looked at again this often. */
const REFRESH_MS = 15_000;

async function start(): Promise<void> {
  const worker = remote<RecommendationWorker>(new Worker("compute-worker.js", { type: "module", name: "compute" }));
  const painter = remote<TileService>(new Worker("tile-worker.js", { type: "module", name: "tiles" }));
  const store = new Store();
  const api = new ServerApi();
  const storage = await openStorage();
  const actions = new Actions(store, worker, api, storage, entryChannel());
  const events = new EventSubscription(
    { shared: sharedEvents, openEvents: (init) => fetch("v1/events", { ...init, cache: "no-store" }) },
    () => api.token,
  );
  const link = new Link(api, events, storage, worker, store, actions.refresh);

  new Notices(byId("notices"), byId("connection"), store, actions);
  const form = new QuestionForm(byId("question-form"), store, actions, worker);
  new AnswerView(byId("answer"), byId("announcer"), store, actions);
  new MapView(byId("map"), { store, actions, worker, painter, questionAt: (location) => form.questionAt(location) });
  new EdPanel(byId("eds"), store, actions);
  new TimeBar(byId("time"), store, actions);

  const catchments = byId<HTMLButtonElement>("catchments");
  catchments.addEventListener("click", actions.toggleCatchments);
  store.watch(["showsCatchments"], ({ showsCatchments }) => {
    catchments.setAttribute("aria-pressed", String(showsCatchments));
  });
  store.watch(["question"], ({ question }) => {
    if (question !== undefined) form.showPlace(question);
  });
  store.watch(["hasToken"], ({ hasToken }) => {
    if (hasToken) link.retry();
  });
  store.watch(["opened", "answer"], ({ opened, answer }) => {
    if (opened === undefined) return;
    const { nodes, notice } = opened.roads;
    const time = answer === undefined ? "" : `last answer ${answer.milliseconds.toFixed(1)} ms in this browser`;
    const parts = [`${nodes.toLocaleString("en")} junctions`, time, notice].filter((part) => part !== "");
    fill(byId("foot"), ...parts.map((part) => el("span", {}, part)));
  });
  setUpHelp(byId<HTMLDialogElement>("help"), byId<HTMLButtonElement>("help-button"), {
    "/": () => form.focus(),
    c: actions.toggleCatchments,
    l: () => void actions.goTo(undefined),
  });
  const clock = byId("clock");
  const tick = (): void => {
    clock.textContent = localTime(Date.now(), true);
  };
  tick();
  setInterval(tick, 1000);
  setInterval(() => void actions.refresh(), REFRESH_MS);

  // For the browser's console: `await ambulanceDiversion.measure(1000)` times answers on this machine.
  Object.assign(globalThis, { ambulanceDiversion: { measure: worker.measure, state: () => store.state } });
  store.set({ storageProblem: storage.problem });
  void registerServiceWorker().catch(() => undefined);
  await link.run();
}

/** A browser that blocks site data throws already when asked for it; the page goes on without. */
async function registerServiceWorker(): Promise<void> {
  await navigator.serviceWorker?.register("service-worker.js", { type: "module" });
}

/** Not every browser has workers that pages share, and one that blocks site data throws when asked for it. */
function sharedEvents(onFailure: () => void): EventPort | undefined {
  try {
    const worker = new SharedWorker("event-worker.js", { type: "module", name: siteName("events", location.href) });
    worker.addEventListener("error", onFailure);
    return worker.port;
  } catch {
    return undefined;
  }
}

function entryChannel(): EntryChannel {
  try {
    return new BroadcastChannel(siteName("entries", location.href));
  } catch {
    return { postMessage: () => undefined, addEventListener: () => undefined };
  }
}

start().catch((error: unknown) => {
  const what = error instanceof Error ? error.message : String(error);
  byId("notices").append(
    el("p", { class: "notice failure", role: "alert" }, `This browser cannot run the page: ${what}`),
  );
});
