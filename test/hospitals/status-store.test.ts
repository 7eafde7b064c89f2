import { MemoryStatusStore } from "../../src/hospitals/status/status-store";
import { describeStatusStore } from "./status-store-contract";

describeStatusStore({
  name: "memory",
  create: async (clock) => new MemoryStatusStore(clock),
  another: async (store) => store,
});
