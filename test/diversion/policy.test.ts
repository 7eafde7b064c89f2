import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DiversionRouter } from "../../src/diversion/router";
import { keyOfStatusCode, restrictionOfStatusCode } from "../../src/diversion/rules/hospital-status-codes";
import { BUILT_IN_POLICIES, type Policy, parsePolicy, policySchema } from "../../src/diversion/rules/policy";
import { CapabilityVocabulary } from "../../src/hospitals/directory/capabilities";
import { HospitalDirectory } from "../../src/hospitals/directory/directory";
import { failure } from "../hospitals/support/essex";
import { schemaFields } from "../support/schema-fields";
import { at, hospitalsAt, routerOver, smallCounty } from "../support/small-county";

const FOLDER = new URL("../../data/policies/", import.meta.url);
const files = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
const readme = readFileSync(new URL("README.md", FOLDER), "utf8");
const maryland = BUILT_IN_POLICIES.get("maryland-like")!;

describe("the policies that come with the package", () => {
  it("are those in the folder, each named as its file and told of in its README", () => {
    expect([...BUILT_IN_POLICIES.keys()].map((id) => `${id}.json`).sort()).toEqual(files.sort());
    for (const file of files) expect(readme).toContain(`| \`${file}\` |`);
  });

  it("name the sources of their rules, and words that capabilities have", () => {
    const { definitions } = CapabilityVocabulary.standard;
    const words = new Set(definitions.map(({ word }) => word));
    for (const { id, sources, bypass, hospitalStatusCodes = {} } of BUILT_IN_POLICIES.values()) {
      expect(sources.length, id).toBeGreaterThan(0);
      const named = Object.values(hospitalStatusCodes).flatMap(({ scope }) => scope?.needs ?? []);
      for (const word of [...named, ...bypass.flatMap(({ need, fallback }) => [need, fallback])]) {
        expect(words, id).toContain(word);
      }
    }
  });

  it("never let a refusal expire by themselves", () => {
    for (const { id, defaultExpiryMinutes } of BUILT_IN_POLICIES.values()) {
      expect(defaultExpiryMinutes.refuse, id).toBeNull();
      expect(defaultExpiryMinutes.divert, id).toBeGreaterThan(0);
    }
  });
});

describe("data/policies/README.md", () => {
  const rows = readme
    .split("\n")
    .map((line) => /^\| `([\w.*[\]]+)` \| [^|]+ \|([^|]*)\| .+ \|$/.exec(line))
    .filter((row) => row !== null)
    .map(([, path, standard]) => ({ path: path!, standard: standard!.trim() }));
  const fields = schemaFields(policySchema);

  it("explains every field of the schema, each once, and none besides", () => {
    expect(rows.map(({ path }) => path).sort()).toEqual(fields.map(({ path }) => path).sort());
  });

  it("says which fields are required and what the others default to", () => {
    for (const { path, required, default: standard } of fields) {
      const told = rows.find((row) => row.path === path)!.standard;
      if (required) expect(told, path).toBe("required");
      else if (path.endsWith("*")) expect(told, path).toBe("");
      else expect(told, path).toBe(standard === undefined ? "none" : `\`${JSON.stringify(standard)}\``);
    }
  });
});

describe("hospital status codes", () => {
  const hospitals = hospitalsAt({
    A: { km: 10, capabilities: ["trauma"] },
    B: { km: 20, capabilities: ["trauma"] },
  });

  /** Where a patient beside A goes while A is under the words. */
  function underWords(words: readonly string[], patient: { acuity?: "immediate" | "urgent"; needs?: string[] } = {}) {
    const router = routerOver(hospitals, { policy: maryland });
    for (const word of words) router.status.report({ hospital: "A", ...restrictionOfStatusCode(maryland, word) });
    return { router, advice: router.recommend({ location: at(10), ...patient }) };
  }
  const destination = (...args: Parameters<typeof underWords>) => underWords(...args).advice.destination?.hospital.id;

  it("say what a hospital asks: a yellow alert is about those of priority II and III", () => {
    expect(destination(["yellow"], { acuity: "urgent" })).toBe("B");
    expect(destination(["yellow"], { acuity: "immediate" })).toBe("A");
    expect(destination(["mini-disaster"], { acuity: "immediate" })).toBe("B");
    expect(destination(["trauma-bypass"], { needs: ["trauma"] })).toBe("B");
    expect(destination(["yellow", "blue"], { acuity: "urgent" })).toBe("A");
    expect(destination(["trauma-bypass", "blue"], { needs: ["trauma"] })).toBe("B");
    expect(destination(["trauma-bypass"])).toBe("A");
    const { advice } = underWords(["red", "reroute"]);
    expect([advice.destination!.hospital.id, advice.destination!.warnings.map(({ code }) => code)]).toEqual([
      "A",
      ["inform", "inform"],
    ]);
    expect(underWords(["yellow"]).advice.passedOver[0]!.because[0]!.text).toBe(
      "divert for urgent or standard cases, but not burns, heart attack, maternity, neurosurgery, stroke or trauma, Yellow alert",
    );
  });

  it("are held beside each other, renewed by being said again, and ended one by one", () => {
    const { router } = underWords(["yellow", "red", "yellow"]);
    const held = () =>
      router.status
        .view()
        .restrictionsOf("A")
        .map(({ key }) => key);
    expect(held()).toEqual(["code:red", "code:yellow"]);
    router.status.clear("A", keyOfStatusCode(maryland, "yellow"));
    expect(held()).toEqual(["code:red"]);
  });

  it("are the policy's own: another word is refused, and says which there are", () => {
    expect(failure(() => restrictionOfStatusCode(maryland, "green"))).toMatchObject({
      code: "invalid-status",
      message: expect.stringContaining("which has yellow, red, mini-disaster, reroute, trauma-bypass"),
    });
    expect(failure(() => restrictionOfStatusCode(maryland, "toString")).code).toBe("invalid-status");
    expect(failure(() => keyOfStatusCode(BUILT_IN_POLICIES.get("england-default")!, "yellow")).message).toContain(
      "has none",
    );
  });

  it("have a form", () => {
    const word = { title: "x", effect: "inform", meaning: "x" };
    const withCodes = (hospitalStatusCodes: unknown) => () => parsePolicy({ ...maryland, hospitalStatusCodes });
    expect(withCodes({ "code-9": word })).not.toThrow();
    for (const wrong of [
      { Yellow: word },
      { "a--b": word },
      { a: { ...word, effect: "shut" } },
      { a: { ...word, who: 1 } },
    ])
      expect(failure(withCodes(wrong)).code).toBe("invalid-policy");
    expect(failure(withCodes({ a: { ...word, scope: { minAge: 9, maxAge: 8 } } })).message).toContain(
      "minAge is above",
    );
  });

  it("are checked whole wherever a policy enters, be it an object made by hand", () => {
    const router = new DiversionRouter({ roads: smallCounty(), hospitals: hospitalsAt({ A: { km: 10 } }) });
    const { roads, hospitals } = router;
    const wrong = [
      { bypass: [{ need: "major_trauma", withinMinutes: 45, fallback: "trauma" }] },
      { bypass: [{ need: "major-trauma", withinMinutes: 45, fallback: "first-aid" }] },
      { timeZone: "Mars/Olympus" },
      { byAcuity: { grave: {} } },
      { hospitalStatusCodes: { a: { title: "x", effect: "inform", meaning: "x", scope: { needs: ["wings"] } } } },
      { hospitalStatusCodes: { a: { title: "x", effect: "inform", meaning: "x", lifts: ["b"] } } },
    ].map((part) => ({ ...maryland, ...part }) as unknown as Policy);
    for (const policy of wrong) {
      const [field] = Object.entries(policy).find(([name, value]) => value !== maryland[name as keyof Policy])!;
      for (const enter of [
        () => parsePolicy(policy),
        () => void new DiversionRouter({ roads, hospitals, policy }),
        () => router.setPolicy(policy),
      ]) {
        const error = failure(enter);
        expect([error.code, error.place.field?.startsWith(field)]).toEqual(["invalid-policy", true]);
      }
      expect(router.policy.id).toBe("england-default");
    }
    const narrow = CapabilityVocabulary.parse({ capabilities: [{ word: "emergency", meaning: "x" }] });
    const others = HospitalDirectory.parse([{ id: "A", name: "A", location: [0.15, 52] }], { vocabulary: narrow });
    router.setPolicy(maryland);
    expect(failure(() => router.setHospitals(others)).code).toBe("invalid-policy");
  });
});
