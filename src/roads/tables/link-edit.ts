import type { Link } from "ngraph.graph";
import { defined } from "../../core/defined";
import { DiversionError } from "../../core/errors";
import { INFINITE_MS, MINIMUM_EDGE_MS } from "../../core/units";
import { drivingMilliseconds } from "../graph/assemble-road-graph";
import type { NgraphLinkData } from "./ngraph";

/** Data of a link under edit. At most one of `seconds` and `kmh`; once taken over they become `milliseconds`. */
export interface EditedLinkData extends NgraphLinkData {
  /** Whether the link may not be driven, as if it had been removed. */
  readonly closed?: boolean;
  /** Time to drive the link. */
  readonly seconds?: number;
  /** Speed driven on the link. */
  readonly kmh?: number;
}

export type EditedLink = Link<EditedLinkData>;

/** What a link's data come to. */
export interface LinkReading {
  /** Time to drive the link; INFINITE_MS while it may not be driven. */
  readonly milliseconds: number;
  /** How that time is said as a slowdown. */
  readonly speed: { readonly kmh: number } | { readonly factor: number };
  /** The data with all of it said once: the time in `milliseconds`. */
  readonly data: EditedLinkData;
}

/**
 * Reads what someone has made of a link's data.
 *
 * @param usual the data as the roads file has them; what the link's data leave out is taken from these.
 * @throws DiversionError `invalid-road-edit`.
 */
export function readLink(link: EditedLink, usual: NgraphLinkData): LinkReading {
  const given: Partial<Record<keyof EditedLinkData, unknown>> = link.data ?? {};
  const { closed = false, seconds, kmh, milliseconds = usual.milliseconds } = given;
  const fault = (what: string): DiversionError => refusedEdit(`${nameOfLink(link)} has ${what}`);
  if (typeof closed !== "boolean") throw fault(`closed ${JSON.stringify(closed)}; it is true or false`);
  if (seconds !== undefined && kmh !== undefined) throw fault("both seconds and kmh; give one of them");
  for (const [key, value] of Object.entries({ seconds, kmh, milliseconds })) {
    if (value === undefined || (typeof value === "number" && value > 0 && value < INFINITE_MS)) continue;
    throw fault(`${key} ${String(value)}; give a number above 0, or close the link with closed: true`);
  }
  const driven = Math.max(
    MINIMUM_EDGE_MS,
    kmh !== undefined
      ? drivingMilliseconds(usual.metres, Number(kmh))
      : Math.round(seconds === undefined ? Number(milliseconds) : Number(seconds) * 1000),
  );
  const { closed: _, seconds: __, kmh: ___, ...others } = link.data ?? {};
  const stated = defined({
    edge: usual.edge,
    metres: usual.metres,
    milliseconds: driven,
    closed: closed || undefined,
  });
  return {
    milliseconds: closed ? INFINITE_MS : driven,
    speed: kmh === undefined ? speedFor(driven, usual) : { kmh: Number(kmh) },
    data: { ...usual, ...others, ...stated },
  };
}

/** The share of the usual speed that takes this time to the millisecond, or, beyond what a share may be, the speed. */
function speedFor(milliseconds: number, usual: NgraphLinkData): { kmh: number } | { factor: number } {
  const factor = usual.milliseconds / milliseconds;
  return factor >= 0.01 && factor <= 1 ? { factor } : { kmh: (usual.metres * 3600) / milliseconds };
}

export const nameOfLink = ({ fromId, toId }: EditedLink): string =>
  `The link ${JSON.stringify(fromId)} → ${JSON.stringify(toId)}`;

/** @param what the beginning of a sentence that goes on to say that the change was taken back. */
export const refusedEdit = (what: string): DiversionError =>
  new DiversionError("invalid-road-edit", `${what}. The whole change has been taken back.`);
