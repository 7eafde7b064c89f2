/**
 * An ordered event emitter: every listener gets every event in the order in which they were emitted, also those emitted
 * by a listener, which wait until the one before has reached all.
 */
export class Listeners<Event> {
  readonly #listeners = new Set<(event: Event) => void>();
  readonly #queued: Event[] = [];
  #isEmitting = false;

  /** Returns the way to stop it. */
  add(listener: (event: Event) => void): () => void {
    // A wrapper of its own: the same function registered twice is called twice, and each registration ends by itself.
    const registered = (event: Event): void => listener(event);
    this.#listeners.add(registered);
    return () => void this.#listeners.delete(registered);
  }

  emit(event: Event): void {
    this.emitAll([event]);
  }

  /** Several that happened as one come one right after the other, before whatever they lead listeners to do. */
  emitAll(events: readonly Event[]): void {
    for (const event of events) this.#queued.push(event);
    if (this.#isEmitting) return;
    this.#isEmitting = true;
    for (let next = this.#queued.shift(); next !== undefined; next = this.#queued.shift()) {
      for (const listener of [...this.#listeners]) {
        try {
          listener(next);
        } catch (error) {
          // What happened stands and the other listeners must get it, so the error goes where the platform reports
          // uncaught ones, as for listeners of an EventTarget.
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    }
    this.#isEmitting = false;
  }
}
