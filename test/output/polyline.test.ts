import polyline from "@mapbox/polyline";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodePolyline, encodePolyline } from "../../src/output/polyline";

describe("encoded polylines", () => {
  it("encodes the example of the format's own documentation", () => {
    const positions = [
      [-120.2, 38.5],
      [-120.95, 40.7],
      [-126.453, 43.252],
    ] as const;
    expect(encodePolyline(positions)).toBe("_p~iF~ps|U_ulLnnqC_mqNvxq`@");
    expect(decodePolyline("_p~iF~ps|U_ulLnnqC_mqNvxq`@")).toEqual(positions);
  });

  it("takes a feature, and keeps one more digit when asked to", () => {
    const feature = {
      type: "Feature",
      properties: {},
      geometry: {
        type: "LineString",
        coordinates: [
          [0.4690123, 51.7356789],
          [0.469, 51.7356],
        ],
      },
    } as const;
    const line = {
      ...feature,
      geometry: { ...feature.geometry, coordinates: feature.geometry.coordinates.map((p) => [...p]) },
    };
    expect(decodePolyline(encodePolyline(line))).toEqual([
      [0.46901, 51.73568],
      [0.469, 51.7356],
    ]);
    expect(decodePolyline(encodePolyline(line, 6), 6)).toEqual([
      [0.469012, 51.735679],
      [0.469, 51.7356],
    ]);
  });

  it("writes what the package of Mapbox writes, and gives back every position, rounded", () => {
    const degrees = (limit: number) => fc.integer({ min: -limit * 1e7, max: limit * 1e7 }).map((units) => units / 1e7);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(degrees(180), degrees(90)), { maxLength: 50 }),
        fc.constantFrom(5 as const, 6 as const),
        (positions, precision) => {
          const encoded = encodePolyline(positions, precision);
          const swapped = positions.map(([lon, lat]): [number, number] => [lat, lon]);
          expect(encoded).toBe(polyline.encode(swapped, precision));
          const decoded = decodePolyline(encoded, precision);
          expect(decoded).toEqual(polyline.decode(encoded, precision).map(([lat, lon]) => [lon, lat]));
          expect(decoded).toHaveLength(positions.length);
          // Half a step, and a hair for the multiplication in binary.
          const slack = 0.5 * 10 ** -precision * 1.000_001;
          decoded.forEach(([lon, lat], i) => {
            expect(Math.abs(lon - positions[i]![0])).toBeLessThanOrEqual(slack);
            expect(Math.abs(lat - positions[i]![1])).toBeLessThanOrEqual(slack);
          });
        },
      ),
      { seed: 20170512 },
    );
  });

  it.each(["_p~iF~ps|U_ulL", "_", "_p~iF", " _p~iF~ps|U", "_p~iF~ps|U\u00ff", "_______?"])("refuses %j", (text) => {
    expect(() => decodePolyline(text)).toThrow(expect.objectContaining({ code: "invalid-argument" }));
  });
});
