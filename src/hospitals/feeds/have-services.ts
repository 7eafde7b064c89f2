/** The namespace of EDXL-HAVE 1.0 (OASIS, 1 November 2008). */
export const HAVE_NAMESPACE = "urn:oasis:names:tc:emergency:EDXL:HAVE:1.0";

/**
 * The services of HAVE's `ServiceCoverageStatus` that mean one of our capabilities, by their path, in the order of the
 * schema. Trauma is told apart by levels and stands in {@link TRAUMA_LEVELS}; hyperacute stroke care cannot be said.
 */
export const HAVE_SERVICES: readonly { readonly word: string; readonly path: readonly string[] }[] = [
  { word: "burns", path: ["Burn"] },
  { word: "heart-attack", path: ["CardiologyIndicator", "CardiologySubType", "CardiologyInvasive"] },
  { word: "emergency", path: ["EmergencyDepartment"] },
  { word: "maternity", path: ["OBGYNIndicator", "OBGYNSubType", "OBGYNWithLaborDelivery"] },
  { word: "paediatric", path: ["Pediatrics"] },
  { word: "neurosurgery", path: ["SurgeryIndicator", "SurgerySubType", "Neurosurgery"] },
  { word: "vascular", path: ["SurgeryIndicator", "SurgerySubType", "Vascular"] },
];

export const TRAUMA_INDICATOR = "TraumaCenterServicesIndicator";
export const TRAUMA_SERVICES = "TraumaCenterServices";
export const TRAUMA_LEVEL = "TraumaCenterServicesLevel";

/** Level 1 is a whole trauma centre; the others receive trauma and pass the worst on (American College of Surgeons). */
export const TRAUMA_LEVELS: Readonly<Record<string, string>> = {
  Level1: "major-trauma",
  Level2: "trauma",
  Level3: "trauma",
  Level4: "trauma",
};
