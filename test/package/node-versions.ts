import { run } from "../support/run";

/** The major versions `engines` promises. */
export const NODE_MAJORS = [20, 22, 24] as const;

/** The path of a Node of this major version: the one at work here, or else one from the registry; undefined without. */
export async function findNode(major: number): Promise<string | undefined> {
  if (Number.parseInt(process.versions.node, 10) === major) return process.execPath;
  const { status, stdout } = await run("npx", ["-y", "-p", `node@${major}`, "node", "-p", "process.execPath"]);
  return status === 0 ? stdout.trim() : undefined;
}
