import * as z from "zod/mini";

/** A GeoJSON position: longitude, latitude and what may follow. */
export const PositionSchema = z.array(z.number(), "write [longitude, latitude] in degrees").check(
  z.minLength(2, "a position is a longitude and a latitude"),
  z.refine(([lon, lat]) => Math.abs(lon!) <= 180 && Math.abs(lat!) <= 90, {
    error: ({ input }) => {
      const [lon, lat] = input as number[];
      const stated = `[${lon}, ${lat}] is no longitude and latitude in degrees`;
      return Math.abs(lon!) <= 90 && Math.abs(lat!) <= 180 ? `${stated}; longitude comes first` : stated;
    },
  }),
);

const LineSchema = z.array(PositionSchema).check(z.minLength(2, "a line has at least two positions"));
const RingSchema = z.array(PositionSchema).check(
  z.minLength(4, "a ring has at least four positions"),
  z.refine((ring) => String(ring[0]) === String(ring.at(-1)), "a ring ends where it begins"),
);
const RingsSchema = z.array(RingSchema).check(z.minLength(1, "a polygon has an outer ring"));

/** A GeoJSON area, its rings closed. */
export const AreaSchema = z.discriminatedUnion(
  "type",
  [
    z.object({ type: z.literal("Polygon"), coordinates: RingsSchema }),
    z.object({
      type: z.literal("MultiPolygon"),
      coordinates: z.array(RingsSchema).check(z.minLength(1, "there is no polygon")),
    }),
  ],
  "give a GeoJSON Polygon or MultiPolygon",
);

/** A GeoJSON line, or several. */
export const LinesSchema = z.discriminatedUnion(
  "type",
  [
    z.object({ type: z.literal("LineString"), coordinates: LineSchema }),
    z.object({
      type: z.literal("MultiLineString"),
      coordinates: z.array(LineSchema).check(z.minLength(1, "there is no line")),
    }),
  ],
  "give a GeoJSON LineString or MultiLineString",
);
