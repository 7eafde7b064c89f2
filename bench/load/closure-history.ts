import type { RoadIndex } from "../../src/roads/road-index";

/** A change of the roads that the server acknowledged, and the version it made. */
export type ClosureAction =
  | { readonly version: number; readonly id: string; readonly entered: unknown }
  | { readonly version: number; readonly reopened: string };

/** Closures by version: each change in the order in which it was made, to be made again on other roads. */
export class ClosureHistory {
  private readonly actions: ClosureAction[] = [];
  private readonly ids = new Set<string>();

  /** Ids of those held after the last change, in the order in which they were entered. */
  get held(): readonly string[] {
    return [...this.ids];
  }

  get length(): number {
    return this.actions.length;
  }

  /** @throws Error when its version is not the next one: somebody else has changed the roads. */
  add(action: ClosureAction): void {
    const due = this.actions.length + 1;
    if (action.version !== due) {
      throw new Error(`A change of the roads made version ${action.version} where ${due} was due.`);
    }
    this.actions.push(action);
    if ("reopened" in action) this.ids.delete(action.reopened);
    else this.ids.add(action.id);
  }

  /**
   * Brings roads that went through the first of these changes up to a version.
   *
   * @throws Error for a version they are past, or one not made here.
   */
  bring(roads: RoadIndex, version: number): void {
    if (version < roads.version || version > this.actions.length) {
      throw new Error(
        `The roads are at version ${roads.version} of ${this.actions.length} and cannot be brought to ${version}.`,
      );
    }
    for (const action of this.actions.slice(roads.version, version)) {
      if ("reopened" in action) roads.reopen(action.reopened);
      else roads.importClosures(action.entered);
    }
  }
}
