import { DiversionError } from "../../core/errors";
import type { ClosureFeature, StatusEntry } from "../../hospitals/status/status";
import { invalidClosure } from "../../roads/closures/closure";
import { type PreparedClosures, RoadIndex } from "../../roads/road-index";

/**
 * Closes, slows and reopens roads as the entries of a status log say, so that roads which follow one log have the same
 * closures under the same versions. A closure is about the roads that its feature means here.
 *
 * @param complain told of an entry that cannot be taken over, such as numbers of segments of other roads.
 */
export function followClosures(
  roads: RoadIndex,
  entries: readonly StatusEntry[],
  complain: (why: string) => void,
): void {
  for (const entry of entries) {
    try {
      if (entry.kind === "closure") {
        const { features, roads: ofRoads, version } = entry;
        roads.importClosures({ type: "FeatureCollection", features, roads: ofRoads }, "hold", version);
      } else if (entry.kind === "reopen" && roads.closures.some(({ id }) => id === entry.closure)) {
        roads.reviseClosures({ reopen: [entry.closure], asVersion: entry.version });
      }
    } catch (error) {
      if (!(error instanceof DiversionError)) throw error;
      complain(`Entry ${entry.version} of the status log, a ${entry.kind}, is not taken over: ${error.message}`);
    }
  }
}

/** What a collection would close, and in which words a log holds it. */
export interface ClosureDraft {
  readonly features: readonly ClosureFeature[];
  /** Places of those about no road here, from 0: they are left out. */
  readonly withoutRoads: readonly number[];
}

/**
 * Draws up the entry of a log for a collection, as {@link RoadIndex.importClosures} would take it.
 *
 * @param prepared the collection as these roads read it.
 * @param version the entry's, from which closures without an id have theirs.
 * @throws DiversionError `invalid-closure`.
 */
export function draftClosures(
  roads: RoadIndex,
  collection: unknown,
  prepared: PreparedClosures,
  version: number,
): ClosureDraft {
  const held = new Set(roads.closures.map(({ id }) => id));
  // Tried on a book of its own, which has the same roads.
  const { withoutRoads } = new RoadIndex(roads).enterClosures(prepared, "leave-out");
  const left = new Set(withoutRoads.map(({ place }) => place));
  const { features } = collection as { readonly features: readonly (object & { readonly id?: string | number })[] };
  const drafted: ClosureFeature[] = [];
  for (const [place, feature] of features.entries()) {
    if (left.has(place)) continue;
    const named = feature.id === undefined ? undefined : String(feature.id);
    if (named !== undefined && held.has(named)) {
      const message = `A closure with the id ${JSON.stringify(named)} is held already; reopen it first.`;
      throw invalidClosure(message, "id");
    }
    let id = named ?? `closure-${version}`;
    for (let number = 2; named === undefined && held.has(id); number++) id = `closure-${version}-${number}`;
    held.add(id);
    drafted.push({ ...feature, type: "Feature", id });
  }
  return { features: drafted, withoutRoads: [...left] };
}
