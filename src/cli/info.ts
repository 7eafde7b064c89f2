import { defined } from "../core/defined";
import { DiversionError } from "../core/errors";
import { openRoads } from "../node/files/roads-files";
import { type BuildReport, summarizeRoadGraph } from "../roads/build/build-report";
import type { RoadIndex } from "../roads/road-index";
import { roadGraphChecksum } from "../roads/roads-file";
import type { TurnRestrictionCounts } from "../roads/turns/turn-restrictions";
import { command, EXIT } from "./command";
import { POLICY_OPTION, PROFILE_OPTION, underProfile } from "./common-options";
import { EDS_OPTIONS, type EdsOnRoads, edRows, edsOnRoads, openEds } from "./eds-text";
import * as option from "./options";
import { profileRows, profileSize } from "./profile-text";
import { reportRows } from "./report-text";
import { definitionList, grouped } from "./text";

export const infoCommand = command({
  name: "info",
  usage: "FILE.roads [--profile NAME] [--hospitals FILE] [--json]",
  summary: "Show what is inside a roads file.",
  details: [
    "Checksums are computed afresh from the roads inside and compared with those the file states, one for each profile.",
    "--hospitals says of EDs how they lie on these roads: which are off them, and which are farther from the road where\n" +
      "drives to them end than the policy's entranceFarMetres (150): a wrong position, or a road that the map lacks.",
  ],
  options: { ...PROFILE_OPTION, ...EDS_OPTIONS, ...POLICY_OPTION, json: option.flag({ help: "Print JSON." }) },
  async run(args, terminal) {
    const [file, ...rest] = args.positionals;
    if (file === undefined || rest.length > 0) {
      throw new DiversionError("invalid-argument", "info takes one roads file. See `ambulance-diversion info --help`.");
    }
    const whole = await openRoads(file);
    const roads = underProfile(args, whole);
    for (const [number, { checksum: stated }] of whole.servedProfiles.entries()) {
      const checksum = roadGraphChecksum(whole.graph.underProfile(number));
      if (checksum === stated) continue;
      throw new DiversionError(
        "invalid-roads-file",
        `This roads file states the checksum ${stated} and holds roads of ${checksum}; build it again.`,
        { file },
      );
    }
    const eds = edsOnRoads(await openEds(args.get("hospitals"), args.get("policy")), roads);
    terminal.stdout.write(
      args.get("json")
        ? `${JSON.stringify(defined({ ...infoOf(file, roads), hospitals: eds }), undefined, 2)}\n`
        : tableOf(file, roads, eds),
    );
    return EXIT.done;
  },
});

function infoOf(file: string, roads: RoadIndex) {
  const { graph, description, checksum, bounds } = roads;
  const { nodes, nodeCopies, edges, segments, kilometres } = summarizeRoadGraph(graph);
  const sizes = roads.profiles.map((name) => profileSize(roads.withProfile(name)));
  return defined({
    file,
    source: description.source,
    profile: description.profile,
    notice: description.notice,
    checksum,
    nodes,
    nodeCopies,
    edges,
    forbiddenTurns: graph.columns.turnFirst.length - 1,
    segments,
    km: Math.round(kilometres),
    profiles: sizes.length === 1 ? undefined : sizes,
    bounds,
    snapLimitMetres: description.snapLimitMetres,
    report: description.report,
  });
}

function tableOf(file: string, roads: RoadIndex, eds: EdsOnRoads | undefined): string {
  const info = infoOf(file, roads);
  const { west, south, east, north } = info.bounds;
  return definitionList([
    ["file", info.file],
    ["source", info.source],
    ["profile", info.profile === "" ? "none: the source came with travel times" : info.profile],
    ...profileRows(info.profiles ?? []),
    ...(info.notice === "" ? [] : [["notice", info.notice] as const]),
    ["checksum", info.checksum],
    ["nodes", grouped(info.nodes)],
    ["edges", `${grouped(info.edges)} on ${grouped(info.segments)} pieces of road`],
    ["forbidden turns", turnsLine(info)],
    ["length", `${grouped(info.km)} km`],
    ["covers", `longitude ${west} to ${east}, latitude ${south} to ${north}`],
    ["snapping limit", `${grouped(info.snapLimitMetres)} m`],
    ...rowsOf(info.report),
    ...edRows(eds),
  ]);
}

/** A report is plain JSON that nothing but this reads: one of another form is no reason not to show the rest. */
function rowsOf(report: RoadIndex["description"]["report"]): [term: string, text: string][] {
  try {
    return reportRows(report as Partial<BuildReport>);
  } catch {
    return [["report", "of the build is of another form than this release shows; --json has it as it is"]];
  }
}

/** As counted when the file was built, and what that took. */
function turnsLine({ forbiddenTurns, nodeCopies, report }: ReturnType<typeof infoOf>): string {
  const counts = report.turnRestrictions as TurnRestrictionCounts | undefined;
  const found =
    typeof counts?.read !== "number" || counts.read === 0
      ? "no restrictions in the source"
      : `${grouped(counts.applied)} of ${grouped(counts.read)} restrictions apply`;
  const left = Object.entries(counts?.ignored ?? {}).filter(([, number]) => number > 0);
  const reasons = left.map(([reason, number]) => `${grouped(number)} ${reason}`).join(", ");
  return `${grouped(forbiddenTurns)}, by ${grouped(nodeCopies)} copies of nodes; ${found}${reasons === "" ? "" : ` (not: ${reasons})`}`;
}
