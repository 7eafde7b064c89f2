import type { PlanBasis } from "../planning/what-if/what-if-result";
import type { RoadIndex } from "../roads/road-index";
import type { ReportPage } from "./report-html";

/** What every page of a plan says at its end: what is assumed, what it was computed from, and what it is not for. */
export function planEnding(basis: PlanBasis, roads: RoadIndex): Pick<ReportPage, "assumptions" | "basis" | "notices"> {
  const { notice } = roads.description;
  return {
    assumptions: [
      ...(basis.roadWarnings ?? []).map((text) => ({ text: `Roads: ${text}.` })),
      {
        text: "A picture of one moment: restrictions, opening hours and closures as they are then. Bypass times and named receivers, which depend on the patient, have no part in it.",
      },
      {
        text:
          basis.minutes === "drive"
            ? "Minutes to care are those of the drive."
            : "Minutes to care are the drive and the wait for handover, where it is known.",
      },
      ...(basis.unit === "junctions"
        ? [{ text: "Every junction of the roads counts as one: where people live was not given." }]
        : []),
      {
        text: "Travel times are those of the roads and the vehicle profile: no traffic, no time of day. Real blue-light journeys scatter by about 5 minutes around any such estimate.",
        source: "McMeekin 2014",
      },
    ],
    basis: [
      ["roads", basis.roads],
      ["hospitals", basis.hospitals],
      ["policy", basis.policy],
      ["status version", String(basis.statusVersion)],
      ["moment", basis.at],
    ],
    notices: [
      ...(notice === "" ? [] : [`Roads: ${notice}.`]),
      "It ranks and explains; a professional decides. For planning and study, not for operations.",
    ],
  };
}
