import * as z from "zod";
import { answerCalls, type Wire } from "../remote-call";
import { AnsweringDesk } from "./answering-desk";

// The page's security policy forbids code made from text, which zod would otherwise try.
z.config({ jitless: true });

answerCalls(globalThis as unknown as Wire, new AnsweringDesk());
