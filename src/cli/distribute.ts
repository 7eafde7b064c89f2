import { text as textOf } from "node:stream/consumers";
import { defined } from "../core/defined";
import { DiversionError } from "../core/errors";
import { openCapacity, openCasualties } from "../node/files/text-file";
import { distribute } from "../planning/distribution/distribution";
import { OBJECTIVES, readCasualties } from "../planning/distribution/distribution-request";
import { command, EXIT } from "./command";
import { openRouter, ROUTER_OPTIONS } from "./common-options";
import { distributionTable } from "./distribution-table";
import * as option from "./options";
import { writeText } from "./write-text";

const DISTRIBUTE_OPTIONS = {
  casualties: option.text({ value: "FILE|-", help: "Who is to be brought: csv or NDJSON; - is standard input." }),
  capacity: option.text({
    value: "FILE",
    help: 'How many each ED takes, json: {"RQ8L0":{"P1":2,"P2":4,"total":12}}. Default: no ED has a limit.',
  }),
  objective: option.oneOf({
    value: "WORD",
    help: `${OBJECTIVES.join(", ")}. Default: weighted.`,
    words: OBJECTIVES,
  }),
  when: option.instant({ value: "TIME", help: "When they set out, such as 2017-05-15T17:00:00+01:00. Default: now." }),
  ...ROUTER_OPTIONS,
  json: option.flag({ help: "JSON on standard output, and nothing else." }),
};

export const distributeCommand = command({
  name: "distribute",
  usage: "--casualties FILE|-  [--capacity FILE] [options]",
  summary: "Tell where many casualties go, over all EDs together.",
  details: [
    "  ambulance-diversion distribute --casualties casualties.csv --capacity capacity.json",
    "csv has the header id,lon,lat,priority,needs,age,acuity,count: priorities P1, P2, P3; needs split by |; count casualties\n" +
      'that are alike. NDJSON has a line for each place: {"location":[0.469,51.7356],"casualties":[{"priority":"P1","count":3}]}.',
    "Who may be brought where is decided as for one patient alone: restrictions, hours, needs, ages and closures count. As\n" +
      "few as can be are left without a place, P1 before P2 before P3; as few as can be go to EDs that ask for a divert; then\n" +
      "weighted: the least sum of drive, wait and handover, a second of a P1 counting 4 times and of a P2 twice (policy:\n" +
      "casualtyWeights); priority: the least sum of the P1, then of the P2, then of the P3; latest: the earliest arrival of the\n" +
      "last, then as weighted. The plan is exactly the best. An ED or priority that --capacity leaves out has no limit.",
    "Exit status: 0 everybody has a place; 1 somebody has none; 2 when an option, a file or any row is bad.",
  ],
  options: DISTRIBUTE_OPTIONS,
  async run(args, terminal) {
    if (args.positionals.length > 0) {
      throw new DiversionError("invalid-argument", `distribute takes options only, not "${args.positionals[0]}".`);
    }
    const file = args.get("casualties");
    if (file === undefined) {
      throw new DiversionError("invalid-argument", "Name the casualties: --casualties FILE, or - for standard input.", {
        field: "--casualties",
      });
    }
    const nowMs = terminal.now().getTime();
    const [engine, closures] = [args.get("engine"), args.get("closures")];
    const router = await openRouter(args, terminal, { clock: () => nowMs, engine, closures });
    const { hospitals } = router;
    const incidents =
      file === "-" ? readCasualties(await textOf(terminal.stdin), hospitals) : await openCasualties(file, hospitals);
    const capacityFile = args.get("capacity");
    const capacity = capacityFile === undefined ? undefined : await openCapacity(capacityFile, hospitals);
    const [objective, at] = [args.get("objective"), args.get("when")?.text];
    const plan = distribute(router, defined({ incidents, capacity, objective, at }));
    await writeText(terminal.stdout, args.get("json") ? `${JSON.stringify(plan)}\n` : distributionTable(plan));
    return plan.unplaced.length === 0 ? EXIT.done : EXIT.no;
  },
});
