import { type FarEntrance, HospitalSites } from "../diversion/drives/hospital-sites";
import { ENGLAND_DEFAULT, type Policy } from "../diversion/rules/policy";
import type { HospitalDirectory } from "../hospitals/directory/directory";
import { openHospitals, openPolicy } from "../node/files/text-file";
import type { RoadIndex } from "../roads/road-index";
import * as option from "./options";
import { grouped } from "./text";

/** Of things left out or in doubt, how many are named. */
export const NAMED_AT_MOST = 3;

/** What is looked at when a roads file is built or shown. */
export const EDS_OPTIONS = {
  hospitals: option.text({
    value: "FILE",
    help: "Say how these EDs, json or csv, lie on the roads: which are off them, and which far from where drives end.",
  }),
};

/** How EDs lie on roads; plain JSON. */
export interface EdsOnRoads {
  readonly count: number;
  readonly offNetwork: readonly { readonly id: string; readonly name: string }[];
  readonly farMetres: number;
  readonly far: readonly FarEntrance[];
}

/** What the options name; undefined where they name no EDs. */
export async function openEds(
  file: string | undefined,
  policyFile: string | undefined,
): Promise<{ readonly hospitals: HospitalDirectory; readonly policy: Policy } | undefined> {
  if (file === undefined) return undefined;
  const hospitals = await openHospitals(file);
  return {
    hospitals,
    policy: policyFile === undefined ? ENGLAND_DEFAULT : await openPolicy(policyFile, hospitals.vocabulary),
  };
}

export function edsOnRoads(opened: Awaited<ReturnType<typeof openEds>>, roads: RoadIndex): EdsOnRoads | undefined {
  if (opened === undefined) return undefined;
  const { hospitals, policy } = opened;
  const farMetres = policy.entranceFarMetres;
  const sites = new HospitalSites(roads, hospitals, roads.description.snapLimitMetres);
  return {
    count: hospitals.size,
    offNetwork: sites.offNetwork.map(({ id, name }) => ({ id, name })),
    farMetres,
    far: sites.farEntrances(hospitals, farMetres),
  };
}

export function edRows(eds: EdsOnRoads | undefined): [term: string, text: string][] {
  if (eds === undefined) return [];
  const { count, offNetwork, farMetres, far } = eds;
  const off = listed(offNetwork.map(({ id, name }) => `${name} (${id})`));
  return [
    [
      "EDs",
      `${grouped(count)}${offNetwork.length === 0 ? "" : `; ${grouped(offNetwork.length)} off these roads: ${off}`}`,
    ],
    ...(far.length === 0 ? [] : [["EDs far off", farEntrancesText(far, count, farMetres)] satisfies [string, string]]),
  ];
}

/** "2 of 30 EDs are farther than 150 m from the road where drives to them end: …". */
export function farEntrancesText(far: readonly FarEntrance[], count: number, farMetres: number): string {
  const each = far.map(({ id, name, road, distanceMetres }) => `${name} (${id}), ${distanceMetres} m from ${road}`);
  const are = far.length === 1 ? "ED is" : "EDs are";
  const those = far.length === 1 ? "it" : "them";
  return `${grouped(far.length)} of ${grouped(count)} ${are} farther than ${farMetres} m from the road where drives to ${those} end: ${listed(each, "; ")}`;
}

function listed(names: readonly string[], separator = ", "): string {
  const more = names.length > NAMED_AT_MOST ? ` and ${names.length - NAMED_AT_MOST} more` : "";
  return `${names.slice(0, NAMED_AT_MOST).join(separator)}${more}`;
}
