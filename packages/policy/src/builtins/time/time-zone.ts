import { BuiltinError } from "../builtin-error.ts";

/** The offset from UTC, in seconds, that holds at an instant given in seconds since 1970. */
export type TimeZone = (epochSeconds: number) => number;

/** UTC itself. */
export const utc: TimeZone = () => 0;

// Names come from the caller, formatters are large.
const maximumZones = 64;
const zones = new Map<string, TimeZone>();

/**
 * The time zone of an IANA name, as Go's `time.LoadLocation` knows it; "" is UTC. `Local` is refused:
 * a decision must not depend on the machine.
 * @throws BuiltinError if there is no such zone.
 */
export function timeZone(name: string): TimeZone {
  if (name === "" || name === "UTC") return utc;
  let zone = zones.get(name);
  if (zone === undefined) {
    zone = loadZone(name);
    if (zones.size >= maximumZones) zones.delete(zones.keys().next().value!);
    zones.set(name, zone);
  }
  return zone;
}

// Intl also takes offsets, any case, and abbreviations such as `PST` that are no names of zones.
const zoneName =
  /^(?!(?!CET|EET|EST|GMT|HST|MET|MST|PRC|ROC|ROK|UCT|WET)[A-Z]{3}$)[A-Z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/u;

function loadZone(name: string): TimeZone {
  if (!zoneName.test(name)) throw unknownZone();
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
  } catch {
    throw unknownZone();
  }
  return (epochSeconds) => {
    const part = format
      .formatToParts(epochSeconds * 1000)
      .find(({ type }) => type === "timeZoneName");
    return offsetSeconds(part?.value ?? "");
  };
}

// `GMT`, `GMT+05:30`, `GMT-04:56:02`.
function offsetSeconds(text: string): number {
  const [, sign, hours, minutes, seconds] =
    /^GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/u.exec(text) ?? [];
  if (sign === undefined) return 0;
  const offset = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds ?? 0);
  return sign === "-" ? -offset : offset;
}

function unknownZone(): BuiltinError {
  return new BuiltinError("operand 1 names an unknown time zone");
}
