import * as fc from "fast-check";

// That a property fails is all that is asked here, not by how small an example.
fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true });
