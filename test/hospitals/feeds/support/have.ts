import { HospitalDirectory } from "../../../../src/hospitals/directory/directory";

export const directory = HospitalDirectory.parse([
  { id: "RQ8L0", name: "Broomfield Hospital", location: [0.4663, 51.7741], capabilities: ["trauma", "burns"] },
  {
    id: "RAJ01",
    name: "Southend Hospital",
    location: [0.6885, 51.5539],
    capabilities: ["trauma"],
    handoverMinutes: 13,
  },
  { id: "RWH01", name: "Lister Hospital", location: [-0.2127, 51.9243], capabilities: ["stroke", "paediatric"] },
]);

export interface HaveFields {
  readonly id?: string;
  readonly name?: string;
  readonly traffic?: string;
  readonly facility?: string;
  readonly reason?: string;
  readonly updated?: string;
  /** Elements in place of, or beside, those above. */
  readonly department?: string;
  readonly extra?: string;
  readonly geo?: string;
}

const wrapped = (tag: string, content: string | undefined): string =>
  content === undefined || content === "" ? "" : `<${tag}>${content}</${tag}>`;

/** One `Hospital` element with the default namespace, as the standard has it. */
export function haveHospital(fields: HaveFields = {}): string {
  const { id = "RQ8L0", name = "Broomfield Hospital", traffic, facility, reason, extra = "", geo = "" } = fields;
  const updated = fields.updated ?? "2017-05-15T15:00:00+01:00";
  const ems = wrapped("EMSTraffic", wrapped("EMSTrafficStatus", traffic) + wrapped("EMSTrafficReason", reason));
  return `<Hospital><Organization><OrganizationInformation><xnl:OrganisationName${id === "" ? "" : ` xnl:ID="${id}"`}><xnl:NameElement>${name}</xnl:NameElement></xnl:OrganisationName></OrganizationInformation>${geo}</Organization>${wrapped("EmergencyDepartmentStatus", ems + (fields.department ?? ""))}${extra}${wrapped("HospitalFacilityStatus", wrapped("FacilityStatus", facility))}${wrapped("LastUpdateTime", updated)}</Hospital>`;
}

export const haveMessage = (...hospitals: readonly string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?><HospitalStatus xmlns="urn:oasis:names:tc:emergency:EDXL:HAVE:1.0" xmlns:xnl="urn:oasis:names:tc:ciq:xnl:3" xmlns:gml="http://www.opengis.net/gml">${hospitals.join("")}</HospitalStatus>`;
