import { describe, expect, it } from "vitest";
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from "../../src/core/instant";
import { StatusBoard } from "../../src/hospitals/status/status-board";
import { SteadyClock } from "../../src/node/steady-clock";
import { hospitalsAt } from "../support/small-county";

const NOON = Date.parse("2026-01-01T12:00:00Z");

/** A machine whose clock is set, and that passes time awake or asleep. */
class Machine {
  wallMs = NOON;
  awakeMs = 0;
  upMs = 0;
  readonly jumps: number[] = [];
  readonly clock = new SteadyClock({
    wall: () => this.wallMs,
    awakeMs: () => this.awakeMs,
    upMs: () => this.upMs,
    onJump: (aheadMs) => void this.jumps.push(aheadMs),
  });

  /** Time passes, and somebody looks at the clock. */
  passes(milliseconds: number): number {
    this.wallMs += milliseconds;
    this.awakeMs += milliseconds;
    this.upMs += milliseconds;
    return this.clock.now();
  }

  sleeps(milliseconds: number): void {
    this.wallMs += milliseconds;
    this.upMs += milliseconds;
  }
}

describe("a clock put forward by what nothing explains", () => {
  it("is not believed: time goes on as it went, which is told once, until the clock is right again", () => {
    const machine = new Machine();
    machine.passes(MS_PER_HOUR);
    machine.wallMs += 365 * MS_PER_DAY;
    expect(machine.passes(MS_PER_MINUTE)).toBe(NOON + MS_PER_HOUR + MS_PER_MINUTE);
    expect(machine.passes(MS_PER_HOUR)).toBe(NOON + 2 * MS_PER_HOUR + MS_PER_MINUTE);
    expect(machine.clock.aheadMs).toBe(365 * MS_PER_DAY);
    machine.wallMs -= 365 * MS_PER_DAY;
    expect(machine.passes(MS_PER_MINUTE)).toBe(machine.wallMs);
    expect(machine.clock.aheadMs).toBe(0);
    expect(machine.jumps).toEqual([365 * MS_PER_DAY]);
  });

  it("dates nothing into the future, and lets nothing lapse", () => {
    const machine = new Machine();
    const status = new StatusBoard(hospitalsAt({ A1: { km: 10 } }), { clock: machine.clock.now });
    machine.wallMs += 365 * MS_PER_DAY;
    const { held } = status.report({ hospital: "A1", effect: "divert", reason: "full" });
    expect(held?.receivedAt.epochMs).toBe(NOON);
    machine.wallMs = NOON + MS_PER_MINUTE;
    machine.awakeMs = MS_PER_MINUTE;
    expect(status.report({ hospital: "A1", effect: "refuse", reason: "fire" }).outcome).toBe("accepted");
    expect(status.aheadMs).toBe(0);
  });

  it("is believed where the machine slept, by steps of up to an hour, and once it is set back and right again", () => {
    const machine = new Machine();
    machine.sleeps(60 * MS_PER_HOUR);
    expect(machine.clock.now()).toBe(NOON + 60 * MS_PER_HOUR);
    machine.wallMs += MS_PER_HOUR;
    expect(machine.clock.now()).toBe(NOON + 61 * MS_PER_HOUR);
    machine.wallMs -= 30 * MS_PER_DAY;
    expect(machine.passes(MS_PER_MINUTE)).toBe(machine.wallMs);
    machine.wallMs += 30 * MS_PER_DAY;
    expect(machine.passes(MS_PER_MINUTE)).toBe(machine.wallMs);
    expect(machine.jumps).toEqual([]);
  });

  it("is believed once where it had been behind what is known since the start: it had never been set", () => {
    const machine = new Machine();
    machine.wallMs = 0;
    machine.clock.know(NOON);
    expect(machine.passes(MS_PER_MINUTE)).toBe(MS_PER_MINUTE);
    machine.wallMs = NOON + 3 * MS_PER_DAY;
    expect(machine.clock.now()).toBe(NOON + 3 * MS_PER_DAY);
    machine.wallMs += MS_PER_DAY;
    expect(machine.clock.now()).toBe(NOON + 3 * MS_PER_DAY);
    expect(machine.jumps).toEqual([MS_PER_DAY]);
  });
});
