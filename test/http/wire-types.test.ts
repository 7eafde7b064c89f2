import { describe, expectTypeOf, it } from "vitest";
import type * as z from "zod";
import type { DeepReadonly } from "../../src/core/units";
import type { RecommendationData } from "../../src/diversion/answer/recommendation";
import type { RecommendationRequest } from "../../src/diversion/incidents/request";
import type { FeedReading } from "../../src/hospitals/feeds/feed-reading";
import type { Restriction, RestrictionReport } from "../../src/hospitals/status/restriction";
import type { StatusResult } from "../../src/hospitals/status/status";
import type { Problem } from "../../src/http/problem";
import type { FeedResponse } from "../../src/http/schemas/feeds";
import type {
  HistoryResponse,
  HospitalsResponse,
  RestrictionBody,
  StatusResultResponse,
} from "../../src/http/schemas/hospitals";
import type { ProblemResponse } from "../../src/http/schemas/operations";
import type { RecommendationResponse, RequestBody, RouteResponse } from "../../src/http/schemas/recommendations";
import type { RouteProperties } from "../../src/roads/route/route-feature";

/** What a reader of the documented form gets. */
type Read<S extends z.ZodType> = DeepReadonly<z.output<S>>;

/** A type as JSON carries it: instants as their text. */
type Carried<T> = T extends { toJSON(): infer Text }
  ? Text
  : T extends object
    ? { readonly [Field in keyof T]: Carried<T[Field]> }
    : T;

/** Held by the compiler: `npm run types` fails where a documented form and the library's type part. */
describe("the documented forms", () => {
  it("are the library's types", () => {
    expectTypeOf<Read<typeof RecommendationResponse>>().toEqualTypeOf<RecommendationData>();
    expectTypeOf<Read<typeof RouteResponse>["properties"]>().toEqualTypeOf<Carried<RouteProperties>>();
    expectTypeOf<Read<typeof StatusResultResponse>>().toEqualTypeOf<Carried<StatusResult>>();
    expectTypeOf<NonNullable<Read<typeof StatusResultResponse>["held"]>>().toEqualTypeOf<Carried<Restriction>>();
    expectTypeOf<Read<typeof FeedResponse>["reading"]>().toEqualTypeOf<Carried<Omit<FeedReading, "hospitals">>>();
    expectTypeOf<Read<typeof ProblemResponse>>().toEqualTypeOf<Problem>();
    expectTypeOf<Read<typeof HistoryResponse>["events"][number]["version"]>().toEqualTypeOf<number>();
    expectTypeOf<Read<typeof HospitalsResponse>["hospitals"][number]["location"]>().toEqualTypeOf<
      RecommendationData["incident"]["location"]
    >();
  });

  it("take the requests that the library takes", () => {
    type Asked = Omit<RecommendationRequest, "at">;
    expectTypeOf<DeepReadonly<Omit<z.input<typeof RequestBody>, "at">>>().toEqualTypeOf<DeepReadonly<Asked>>();
    type Reported = Omit<RestrictionReport, "hospital" | "key">;
    expectTypeOf<DeepReadonly<z.input<typeof RestrictionBody>>>().toEqualTypeOf<DeepReadonly<Reported>>();
  });
});
