import { vehicleProfileSchema } from "../../src/roads/profile/profile";
import { type SchemaField, schemaFields } from "./schema-fields";

/** Every field a profile may have. */
export const profileFields = (): SchemaField[] => schemaFields(vehicleProfileSchema);
