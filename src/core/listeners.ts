/**
 * Those who want to hear of something. All hear of everything in the order in which it happened, also of what happens
 * while they are being told.
 */
export class Listeners<Event> {
  readonly #listeners = new Set<(event: Event) => void>();
  readonly #untold: Event[] = [];
  #isTelling = false;

  /** Returns the way to stop it. */
  add(listener: (event: Event) => void): () => void {
    // A wrapper of its own: the same function registered twice is called twice, and each registration ends by itself.
    const registered = (event: Event): void => listener(event);
    this.#listeners.add(registered);
    return () => void this.#listeners.delete(registered);
  }

  tell(event: Event): void {
    this.tellAll([event]);
  }

  /** Several that happened as one come one right after the other, before whatever they lead listeners to do. */
  tellAll(events: readonly Event[]): void {
    for (const event of events) this.#untold.push(event);
    if (this.#isTelling) return;
    this.#isTelling = true;
    for (let next = this.#untold.shift(); next !== undefined; next = this.#untold.shift()) {
      for (const listener of [...this.#listeners]) {
        try {
          listener(next);
        } catch (error) {
          // What happened stands and the other listeners must hear of it, so the error goes where the platform reports
          // uncaught ones, as for listeners of an EventTarget.
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    }
    this.#isTelling = false;
  }
}
