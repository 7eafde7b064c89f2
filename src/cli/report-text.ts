import type { BuildReport } from "../roads/build/build-report";
import { grouped } from "./text";

/** Kinds of ignored tags named one by one; the rest are counted together. */
const TAG_KINDS_SHOWN = 6;

/**
 * What a build merged, cut, barred and could not read, as rows for people; what did not happen has no row.
 *
 * @param report as a roads file carries it: older ones lack parts.
 */
export function reportRows(report: Partial<BuildReport>): [term: string, text: string][] {
  const rows: [string, string | undefined][] = [
    ["merged", report.merge && mergeText(report.merge)],
    ["repeated", report.repeated && repeatedText(report.repeated)],
    ["Latin-1", report.latinTexts && latinText(report.latinTexts)],
    ["cut", report.cut && cutText(report.cut)],
    ["missing", report.missingNodes === undefined || report.missingNodes === 0 ? undefined : missingText(report)],
    ["barriers", report.barriers && barriersText(report.barriers)],
    ["unjoined", report.looseEnds && looseEndsText(report.looseEnds)],
    ["unread tags", report.ignoredTags && tagsText(report.ignoredTags)],
  ];
  return rows.filter((row): row is [string, string] => row[1] !== undefined);
}

function mergeText({ sources, shared, newer, joined, differing }: NonNullable<BuildReport["merge"]>): string {
  const kinds = ({ nodes, ways, relations }: typeof shared): string =>
    `${grouped(nodes)} nodes, ${grouped(ways)} ways and ${grouped(relations)} relations`;
  const differ = differing.nodes + differing.ways + differing.relations;
  if (shared.nodes + shared.ways + shared.relations === 0) return `${sources.length} extracts that share nothing`;
  return [
    `${sources.length} extracts; ${kinds(shared)} were in several and taken once`,
    ...(newer === 0 ? [] : [`${grouped(newer)} in the latest of different versions`]),
    ...(joined === 0 ? [] : [`${grouped(joined)} ways joined from their stretches`]),
    ...(differ === 0 ? [] : [`${kinds(differing)} differed and are those of the extract named first`]),
  ].join("; ");
}

const repeatedText = ({ older, again }: NonNullable<BuildReport["repeated"]>): string =>
  `left out of what a file states more than once: ${grouped(older)} older versions, ${grouped(again)} said again`;

const latinText = ({ count, examples }: NonNullable<BuildReport["latinTexts"]>): string =>
  `${grouped(count)} texts were not UTF-8 and read as Latin-1: ${examples.map((text) => `"${clipped(text)}"`).join(", ")}`;

const cutText = ({ area, nodesInside, waysKept, waysLeftOut }: NonNullable<BuildReport["cut"]>): string =>
  `to ${area}: ${grouped(nodesInside)} nodes inside, ${grouped(waysKept)} ways kept, ${grouped(waysLeftOut)} left out`;

const missingText = ({ missingNodes, waysCut }: Partial<BuildReport>): string =>
  `${grouped(missingNodes ?? 0)} points of roads are not in the source, which cut ${grouped(waysCut ?? 0)} roads`;

function barriersText({ shut, delayed, atJunctions }: BuildReport["barriers"]): string | undefined {
  if (shut + delayed + atJunctions === 0) return undefined;
  return `${grouped(shut)} end the road, ${grouped(delayed)} delay, ${grouped(atJunctions)} at junctions left out`;
}

function looseEndsText({ count, examples }: BuildReport["looseEnds"]): string | undefined {
  if (count === 0) return undefined;
  const each = examples.map(({ way, on, location: [lon, lat] }) => `${way} on ${on} at ${lon},${lat}`);
  const ends = count === 1 ? "1 end of a road lies" : `${grouped(count)} ends of roads lie`;
  return `${ends} on another road without a point in common: ways ${each.join("; ")}${count > each.length ? "; …" : ""}`;
}

/** The most frequent first. */
function tagsText(ignored: BuildReport["ignoredTags"]): string | undefined {
  if (ignored.length === 0) return undefined;
  const sorted = [...ignored].sort((a, b) => b.ways - a.ways);
  const shown = sorted
    .slice(0, TAG_KINDS_SHOWN)
    .map(
      ({ key, ways, examples }) =>
        `${key} ${grouped(ways)}×${examples[0] === undefined ? "" : ` ("${clipped(examples[0])}")`}`,
    );
  const rest = sorted.slice(TAG_KINDS_SHOWN).reduce((sum, { ways }) => sum + ways, 0);
  return [...shown, ...(rest === 0 ? [] : [`others ${grouped(rest)}×`])].join(", ");
}

const clipped = (text: string): string => (text.length > 24 ? `${text.slice(0, 23)}…` : text);
