import * as z from "zod/mini";
import type { DeepReadonly } from "../../core/units";
import { NeedsSchema } from "../../hospitals/directory/needs";
import { ACUITIES } from "../../hospitals/status/restriction";

/**
 * The shape of an answer, written once: each type is its schema's, the HTTP wrapper documents the schemas, and the decision
 * log reads by them. Programs that only make answers import the types, and bundle no schema.
 *
 * The words of `z.meta` are for the OpenAPI document, where they stand beside a field's name.
 */

export const SecondsSchema = z.number().check(z.gte(0));

export const MetresSchema = z.number().check(z.gte(0));

export const DegreesSchema = z
  .number()
  .check(z.gte(0), z.lt(360), z.meta({ description: "Degrees clockwise from north." }));

export const InstantTextSchema = z.string().check(
  z.meta({
    format: "date-time",
    description: "RFC 3339 with offset.",
    example: "2017-05-15T17:00:00+01:00",
  }),
);

export const PositionSchema = z
  .tuple([z.number(), z.number()])
  .check(z.meta({ description: "Longitude, latitude in degrees.", example: [0.469, 51.7356] }));

export const ChecksumSchema = z.string().check(z.meta({ example: "sha256:…" }));

const Count = z.int().check(z.gte(0));

/**
 * - `destination`: an ED that can take this patient.
 * - `all-on-divert`: every ED that could take this patient asks not to; the nearest is named all the same, because a
 *   divert is a request (Los Angeles County; Deo and Gurvich 2011).
 * - `no-facility`: EDs can be reached, but each refuses or lacks what the patient needs.
 * - `unreachable`: no ED can be reached by road.
 */
const OutcomeSchema = z
  .enum(["destination", "all-on-divert", "no-facility", "unreachable"])
  .check(z.meta({ id: "Outcome" }));
export type Outcome = z.output<typeof OutcomeSchema>;

const REASON_CODES = [
  /** The ED asks that such patients go elsewhere. */
  "divert",
  /** The ED takes no such patient at all. */
  "refuse",
  /** The ED does not offer what the patient needs. */
  "capability",
  /** The ED does not take patients of this age. */
  "age",
  /** The ED, or the service the patient needs, is shut when the ambulance would arrive. */
  "closed",
  /** The drive is shorter, but with the wait for handover care begins later. */
  "handover",
  /** A nearer ED's divert names another receiver, which can take the patient. */
  "named-receiver",
  /** The receiver that the ED names diverts, refuses or cannot help: the name was ignored. */
  "receiver-unusable",
  /** Feeds do not tell whether the ED is open, and the policy refuses such EDs. */
  "unknown-status",
  /** As many ambulances are due there within the hour as the ED takes, and the policy spares it. */
  "inbound-cap",
  /** As near as the destination, which comes first by fewer restrictions, a fresher status, a shorter way or its id. */
  "as-near",
  /** A person overrules what feeds say of the ED; beside the reason that it was passed over for. */
  "overruled",
  /** No road leads there. */
  "unreachable",
] as const;
export type ReasonCode = (typeof REASON_CODES)[number];

/** Why an ED was passed over, for programs (`code`) and to be read aloud (`text`). */
const ReasonSchema = z
  .object({ code: z.enum(REASON_CODES), text: z.string() })
  .check(z.meta({ id: "Reason", description: "Why an ED was passed over: for programs, and to be read aloud." }));
export type Reason = DeepReadonly<z.output<typeof ReasonSchema>>;

const WARNING_CODES = [
  /** The ED asks that such patients go elsewhere; why it is named all the same, another warning says. */
  "on-divert",
  /** The ED diverts or is at its cap, and so does every other that could take the patient. */
  "all-on-divert",
  /** The ED diverts, and so do the others of the so many nearest at which the policy's rule has the nearest used. */
  "nearest-diverting",
  /** The ED diverts or is at its cap, and the nearest that accepts is farther than the policy lets that lead. */
  "beyond-limit",
  /** A door opens, or a divert ends, so many minutes after the arrival. */
  "wait",
  /** Another restriction at the ED lifts one that would ask for something. */
  "lifted",
  /** The ED asked for a divert, or is shut, and that will have ended when the ambulance arrives. */
  "opens-before-arrival",
  /** The ED asked for something without saying until when, and the policy takes it as ended. */
  "lapsed",
  /** No specialist ED is within the time of the policy's bypass rule: this is the nearest that can help meanwhile. */
  "bypass-fallback",
  /** The specialist ED is beyond the time of the policy's bypass rule, and no nearer ED can help meanwhile. */
  "beyond-bypass",
  /** The ED asks for a divert, and no other can be reached by road. */
  "no-alternative",
  /** The ED names another to take its patients, which cannot: the name was ignored. */
  "receiver-unusable",
  /** As many ambulances are due there within the hour as the ED takes, or more. */
  "inbound-cap",
  /** A person overrules the feed that reports on the ED: what it says does not count, until when the text says. */
  "overruled",
  /** The ED lets something be known that changes no ranking. */
  "inform",
  /** Feeds do not tell whether the ED is open: silent, or none reports on it. What was last known counts. */
  "unknown-status",
  /** The patient is in extremis and the ED lacks something the patient needs. */
  "capability",
  /** It is not recorded whether the ED offers what the patient needs. */
  "need-not-recorded",
  /** The age was not given, and with some age an ED would have been judged otherwise: see the text for what was assumed. */
  "age-not-given",
  /** The acuity was not given, and with some acuity an ED would have been judged otherwise. */
  "acuity-not-given",
  /** No handover time is known for the ED: the policy's default was counted. */
  "handover-assumed",
  /** The road at the ED's entrance is closed: the last of the way is on foot, and its time is counted. */
  "entrance-closed",
  /** The road at the incident is closed: the first of the way is on foot, and its time is counted. */
  "road-closed",
  /** The nearest road to the incident, or the entrance, was not used: where the drive begins, or ends, the text says. */
  "not-nearest-road",
  /** The incident, or the entrance, was taken to be on a motorway or in a tunnel: no other road is near. */
  "secluded-road",
  /** The roads are far from the hospital: where the drive ends, the text says. */
  "entrance-far",
  /** The drive goes by ferry: how long that takes, how much of it is waiting, and what is known of when it sails. */
  "ferry",
  /** The drive goes by a ferry that by its hours does not sail then. */
  "ferry-not-sailing",
  /** The drive goes over a private road. */
  "private-road",
  /** The drive goes over a road that is closed to vehicles but at certain times. */
  "closed-at-times",
  /** The drive goes through a ford. */
  "ford",
  /** The drive goes past a gate, or something else that has to be opened. */
  "gate",
  /** A closure or slowdown that holds is about no road here: it does not count. */
  "closure-without-roads",
  /** A closure feed is silent: what it last said holds, and roads may be closed, or open again, that it does not tell of. */
  "closure-feed-silent",
  /** The roads the incident may be on lead to different answers; see `snapAmbiguous`. */
  "snap-ambiguous",
  /** No road here is driven in the direction of the bearing. */
  "bearing-not-matched",
  /** No road here has the name given. */
  "road-name-not-found",
] as const;

const WarningSchema = z
  .object({ code: z.enum(WARNING_CODES), text: z.string() })
  .check(z.meta({ id: "Warning", description: "For programs, and to be read aloud." }));
export type Warning = DeepReadonly<z.output<typeof WarningSchema>>;

/** A closure or slowdown that turned the answer, for programs and to be read aloud. */
const ClosureNoticeSchema = z
  .object({ id: z.string(), kind: z.enum(["closure", "slowdown"]), reason: z.string(), text: z.string() })
  .check(z.meta({ id: "ClosureNotice", description: "A closure or slowdown that turned the answer." }));
export type ClosureNotice = DeepReadonly<z.output<typeof ClosureNoticeSchema>>;

/** The feed that spoke of an ED. */
export const FeedReferenceSchema = z
  .object({
    id: z.string(),
    /** Between when it was last heard and the moment of the question; absent when it never was. */
    ageSeconds: z.optional(SecondsSchema),
  })
  .check(z.meta({ id: "FeedReference", description: "The feed that spoke of the ED, and how long ago." }));
export type FeedReference = DeepReadonly<z.output<typeof FeedReferenceSchema>>;

export const HospitalReferenceSchema = z
  .object({ id: z.string(), name: z.string() })
  .check(z.meta({ id: "HospitalReference" }));
export type HospitalReference = DeepReadonly<z.output<typeof HospitalReferenceSchema>>;

export const OptionSchema = z
  .object({
    hospital: HospitalReferenceSchema,
    /** From the incident to the entrance; what of the way is on foot, where no vehicle gets through, is in it. */
    driveSeconds: SecondsSchema,
    onFootSeconds: z.optional(
      SecondsSchema.check(
        z.meta({
          description:
            "How much of driveSeconds is on foot, where closed roads let no vehicle through; absent when none is.",
        }),
      ),
    ),
    distanceMetres: MetresSchema,
    waitSeconds: z.optional(
      SecondsSchema.check(
        z.meta({ description: "After arrival, until a door opens or a divert ends; absent when there is none." }),
      ),
    ),
    handoverSeconds: SecondsSchema.check(z.meta({ description: "As it is counted: no more than the policy's cap." })),
    handoverAssumed: z.optional(
      z
        .literal(true)
        .check(z.meta({ description: "No handover time is known, and the policy's default was counted." })),
    ),
    totalSeconds: SecondsSchema.check(z.meta({ description: "Drive, wait and handover." })),
    /** RFC 3339, in the offset of the question. */
    arrival: InstantTextSchema,
    /** Absent when no feed reports on the ED. */
    feed: z.optional(FeedReferenceSchema),
    /** Its place from 1 by drive time alone; absent when that is its place in the answer. */
    driveRank: z.optional(
      z
        .int()
        .check(
          z.gte(1),
          z.meta({ description: "Its place by drive time alone; absent when that is its place in the answer." }),
        ),
    ),
    /** A divert ends, or a door opens, while the ambulance is on its way; absent otherwise. Why is among the warnings. */
    opensBeforeArrival: z.optional(
      z.literal(true).check(
        z.meta({
          description: "A divert ends, or a door opens, while the ambulance is on its way; see the warnings.",
        }),
      ),
    ),
    warnings: z.array(WarningSchema),
  })
  .check(z.meta({ id: "Option" }));
export type Option = DeepReadonly<z.output<typeof OptionSchema>>;

/** The ED that would be recommended with nothing restricted. */
const UnrestrictedSchema = z.object({
  hospital: HospitalReferenceSchema,
  driveSeconds: SecondsSchema,
  totalSeconds: SecondsSchema,
});

const CLOSE_CALL_CODES = [
  /** Another ED is nearly as soon. */
  "close-choice",
  /** The door, or a service the patient needs, shuts soon after the arrival. */
  "closes-soon",
  /** The specialist ED is just within, or just beyond, the time of the policy's bypass rule. */
  "bypass-limit",
  /** A refusal or a divert about this patient begins soon after the arrival. */
  "restriction-soon",
] as const;

/** What a few minutes more or less on the road would change. */
const CloseCallSchema = z.object({ code: z.enum(CLOSE_CALL_CODES), text: z.string() });
export type CloseCall = DeepReadonly<z.output<typeof CloseCallSchema>>;

export const PassedOverSchema = z.object({
  hospital: HospitalReferenceSchema,
  /** Absent when the ED cannot be reached by road. */
  driveSeconds: z.optional(SecondsSchema),
  /** Absent when no feed reports on the ED. */
  feed: z.optional(FeedReferenceSchema),
  because: z.array(ReasonSchema),
});
export type PassedOver = DeepReadonly<z.output<typeof PassedOverSchema>>;

/** What an answer was computed from: the same basis and question give the same bytes. */
export const BasisSchema = z.object({
  roads: ChecksumSchema,
  /** The roads file was opened without checking its structure; absent where it was checked. */
  roadsTrusted: z.optional(z.literal(true)),
  hospitals: ChecksumSchema,
  policy: ChecksumSchema,
  statusVersion: Count,
  /** Of the roads' closures and slowdowns; absent while none is held. */
  roadsVersion: z.optional(Count),
  /** Checksum of what feeds had said; absent without feeds. */
  feeds: z.optional(ChecksumSchema),
  /** Ambulances expected, by hospital: of each ED whose count was asked. Absent where the policy counts none. */
  inbound: z.optional(z.record(z.string(), Count)),
  at: InstantTextSchema,
});
export type Basis = DeepReadonly<z.output<typeof BasisSchema>>;

const SnappedFields = {
  location: PositionSchema,
  distanceMetres: MetresSchema,
  road: z.string().check(z.meta({ description: "Number or name." })),
};

/** What the answer would be, were the incident on this road. */
const SnapAnswerSchema = z.object({
  snapped: z.object({
    ...SnappedFields,
    /** Of traffic there, in degrees clockwise from north; absent on a road driven both ways, unless a bearing was given. */
    bearing: z.optional(DegreesSchema),
    /** OSM `layer`, for instance 1 on a bridge; absent on the ground. */
    layer: z.optional(
      z.int().check(z.meta({ description: "OSM layer, such as 1 on a bridge; absent on the ground." })),
    ),
  }),
  outcome: OutcomeSchema,
  destination: z.optional(HospitalReferenceSchema),
  driveSeconds: z.optional(SecondsSchema),
});
export type SnapAnswer = DeepReadonly<z.output<typeof SnapAnswerSchema>>;

/** That the answer depends on which of several roads the incident is on. */
const SnapAmbiguitySchema = z
  .object({
    /** Drives that differ by no more are taken as the same. */
    toleranceSeconds: SecondsSchema,
    /** The answer given, then that for each road for which it is another: each in order of distance. */
    candidates: z.array(SnapAnswerSchema),
  })
  .check(
    z.meta({
      id: "SnapAmbiguity",
      description: "The answer depends on which road the incident is on: the answer given, then those for other roads.",
    }),
  );
export type SnapAmbiguity = DeepReadonly<z.output<typeof SnapAmbiguitySchema>>;

const IncidentSchema = z
  .object({
    location: PositionSchema,
    /** The nearest point on a road from which an ED can be reached, and that road's number or name. */
    snapped: z.object(SnappedFields),
    bearing: z.optional(DegreesSchema),
    roadName: z.optional(z.string()),
    needs: NeedsSchema,
    age: z.optional(z.number()),
    acuity: z.optional(z.enum(ACUITIES)),
    /** About the road the incident was taken to be on, and closures about none; absent when there is nothing to warn of. */
    warnings: z.optional(z.array(WarningSchema)),
  })
  .check(z.meta({ id: "Incident", description: "What was asked, and the road it was taken to be on." }));

export const RecommendationSchema = z
  .object({
    outcome: OutcomeSchema,
    /** With the outcome `all-on-divert`; absent otherwise. */
    allOnDivert: z.optional(z.literal(true)),
    incident: IncidentSchema,
    /** Absent unless the answer depends on which of several near roads the incident is on: this one is for the first. */
    snapAmbiguous: z.optional(SnapAmbiguitySchema),
    destination: z.optional(OptionSchema),
    /** The next best, ranked as the destination was. */
    alternatives: z.array(OptionSchema),
    /**
     * Every ED whose drive is no longer than the destination's and was passed over, and the unrestricted choice if it is
     * another; every ED when there is no destination.
     */
    passedOver: z.array(PassedOverSchema),
    unrestricted: z.optional(
      UnrestrictedSchema.check(
        z.meta({
          description: "What the same rules come to with nothing restricted; absent when no ED would be named.",
        }),
      ),
    ),
    extraSeconds: z.optional(
      z.number().check(
        z.meta({
          description: "By which the destination is later than the unrestricted choice; negative when sooner.",
        }),
      ),
    ),
    extraMetres: z.optional(z.number()),
    recorded: z.optional(
      z
        .object({ need: z.string(), hospital: HospitalReferenceSchema, driveSeconds: SecondsSchema })
        .check(z.meta({ description: "The nearest ED recorded as offering what is not recorded of the destination." })),
    ),
    closeCalls: z.optional(
      z
        .array(CloseCallSchema)
        .check(z.meta({ description: "What a few minutes more or less on the road would change." })),
    ),
    /**
     * The closures and slowdowns that turned the answer; absent when none did. They lie on the way that would be driven to
     * the destination, or to the ED that would be recommended, with no closure in force, or on the way driven now.
     */
    closures: z.optional(z.array(ClosureNoticeSchema)),
    basis: BasisSchema,
  })
  .check(
    z.meta({ id: "Recommendation", description: "EDs ranked, with reasons. It advises; a professional decides." }),
  );
export type RecommendationData = DeepReadonly<z.output<typeof RecommendationSchema>>;
