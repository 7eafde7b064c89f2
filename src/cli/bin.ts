#!/usr/bin/env node
import { main } from "./main";

// A reader that goes away (`… | head`) is no error of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

process.exitCode = await main(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  showsProgress: process.stderr.isTTY === true,
  now: () => new Date(),
});
