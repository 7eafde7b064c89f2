import { quote } from "../directory/schema-problems";
import type { FeedRestriction, HospitalReading } from "./feed-reading";
import type { ReadingBuilder } from "./hospital-match";

const TRAFFIC = ["Normal", "Advisory", "Closed", "NotApplicable", "Unknown"] as const;
const FACILITY = ["Normal", "Compromised", "Evacuating", "Closed"] as const;
type Traffic = (typeof TRAFFIC)[number];
type Facility = (typeof FACILITY)[number];

const TRAFFIC_FIELD = "EmergencyDepartmentStatus/EMSTraffic/EMSTrafficStatus";
const FACILITY_FIELD = "HospitalFacilityStatus/FacilityStatus";

/** Reasons of restrictions are at most 500 characters. */
const MAX_REASON = 440;

/** The elements on which the ED's state depends, as they stand in the message. */
interface HaveStatements {
  readonly traffic: string | undefined;
  readonly facility: string | undefined;
  readonly reason: string | undefined;
}

/**
 * The ED's state by the table of `readHave`.
 *
 * A facility that is evacuating or closed is refused even where EMS traffic is called normal: of two contradicting
 * statements the one that a patient would not survive being wrong about is believed.
 */
export function edStateOf(
  statements: HaveStatements,
  hospital: string,
  builder: ReadingBuilder,
): Pick<HospitalReading, "state" | "restrictions"> {
  const traffic = trafficOf(statements.traffic, hospital, builder);
  const facility = facilityOf(statements.facility, hospital, builder);
  const reason = reasonOf(statements.reason, hospital, builder);
  const restricted = (effect: FeedRestriction["effect"], text: string) =>
    ({ state: "restricted", restrictions: [{ effect, reason: text }] }) as const;

  if (traffic === "NotApplicable") {
    builder.odd(hospital, TRAFFIC_FIELD, "The message says that there is no ED, and the hospital list has one.");
    return { state: "no-ed", restrictions: [] };
  }
  if (facility === "Evacuating" || facility === "Closed") {
    if (traffic !== "Closed") {
      const text = `FacilityStatus is ${facility} and EMSTrafficStatus ${traffic ?? "absent"}; taken as a refusal.`;
      builder.odd(hospital, FACILITY_FIELD, text);
    }
    const what = facility === "Closed" ? "facility closed" : "facility evacuating";
    return restricted("refuse", reason === undefined ? capitalized(what) : `${reason} (${what})`);
  }
  const compromised = facility === "Compromised";
  const suffix = compromised ? " (facility compromised)" : "";
  if (traffic === "Closed") return restricted("divert", `${reason ?? "Closed to ambulances"}${suffix}`);
  if (traffic === "Advisory") {
    const text =
      "EMSTrafficStatus is Advisory, which does not say which patients it is about; it is shown and changes no ranking.";
    builder.lost(hospital, TRAFFIC_FIELD, text);
    return restricted("inform", `${reason ?? "Limited resources"}${suffix}; the feed cannot say for which patients`);
  }
  const inform = compromised
    ? restricted("inform", `${reason ?? "Facility compromised"}${reason === undefined ? "" : suffix}`)
    : undefined;
  if (traffic === "Normal") return inform ?? { state: "accepting", restrictions: [] };
  const state = traffic === "Unknown" ? "unknown" : "not-stated";
  return { state, restrictions: inform?.restrictions ?? [] };
}

function trafficOf(text: string | undefined, hospital: string, builder: ReadingBuilder): Traffic | undefined {
  if (text === undefined) return undefined;
  const known = closest(TRAFFIC, text);
  if (known === text && known !== "Unknown") return known;
  const taken = known ?? "Unknown";
  const what = `EMSTrafficStatus is ${quote(text)}, which the standard does not have; taken as ${taken.toLowerCase()}.`;
  builder.odd(hospital, TRAFFIC_FIELD, what);
  return taken;
}

function facilityOf(text: string | undefined, hospital: string, builder: ReadingBuilder): Facility | undefined {
  if (text === undefined) return undefined;
  const known = closest(FACILITY, text);
  if (known !== text) {
    const what = `FacilityStatus is ${quote(text)}, which the standard does not have; taken as ${known?.toLowerCase() ?? "not said"}.`;
    builder.odd(hospital, FACILITY_FIELD, what);
  }
  return known;
}

function reasonOf(text: string | undefined, hospital: string, builder: ReadingBuilder): string | undefined {
  const plain = text?.replace(/\s+/g, " ").trim() ?? "";
  if (plain === "") return undefined;
  if (plain.length <= MAX_REASON) return plain;
  const field = "EmergencyDepartmentStatus/EMSTraffic/EMSTrafficReason";
  builder.lost(
    hospital,
    field,
    `EMSTrafficReason has ${plain.length} characters; those after ${MAX_REASON} are cut off.`,
  );
  return plain.slice(0, MAX_REASON).replace(/[\ud800-\udbff]$/, "");
}

/** The value itself, or the one that differs in nothing but case. */
const closest = <T extends string>(values: readonly T[], text: string): T | undefined =>
  values.find((value) => value === text) ?? values.find((value) => value.toLowerCase() === text.toLowerCase());

const capitalized = (text: string): string => text[0]!.toUpperCase() + text.slice(1);
