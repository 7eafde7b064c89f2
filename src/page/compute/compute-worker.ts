import * as z from "zod/mini";
import { answerCalls, type Wire } from "../remote-call";
import { RecommendationWorker } from "./recommendation-worker";

// The page's security policy forbids code made from text, which zod would otherwise try.
z.config({ jitless: true });

answerCalls(globalThis as unknown as Wire, new RecommendationWorker());
