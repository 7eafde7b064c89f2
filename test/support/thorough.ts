import { setThorough } from "../../src/core/assert";

setThorough(true);
