import { parseIpAddress } from "../ip-address.ts";
import { BuiltinError } from "../builtin-error.ts";
import { compileIfValid } from "../regex/compiled-regex.ts";
import { parseTime } from "../time/parse-time.ts";
import { parseGoUrl } from "../url.ts";

type Check = (text: string) => boolean;

const label = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
const hostname = new RegExp(`^${label}(?:\\.${label})*$`, "u");
const uuid = /^[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}$/iu;
const jsonPointer = /^(?:\/(?:[^~/]|~0|~1)*)*$/u;
const relativeJsonPointer = /^(?:0|[1-9][0-9]*)(?:#|(?:\/(?:[^~/]|~0|~1)*)*)$/u;
// An address of RFC 5322 without comments, with or without a name before it in angle brackets.
const address =
  /^(?:[^<>@",;:\\[\]()]*<)?(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\u{10ffff}-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\u{10ffff}-]+)*|"(?:[^"\\]|\\.)*")@(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\u{10ffff}-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\u{10ffff}-]+)*|\[[^[\]\\]*\])>?$/u;

const day = "2006-01-02";
const timeOfDay = "15:04:05";
const zoned = "15:04:05Z07:00";

const checks: Readonly<Record<string, Check>> = {
  date: (text) => isTime(text, day),
  time: (text) => isTime(text, zoned, timeOfDay),
  "date-time": (text) => isTime(text, timeOfDay, zoned, day, `${day}T${zoned}`),
  hostname: (text) => hostname.test(text) && text.length < 256,
  email: isAddress,
  "idn-email": isAddress,
  ipv4: (text) => text.includes(".") && parseIpAddress(text) !== undefined,
  ipv6: (text) => text.includes(":") && parseIpAddress(text) !== undefined,
  uri: (text) => isUrl(text) && parseGoUrl(text).scheme !== "",
  "uri-reference": isUrl,
  iri: (text) => isUrl(text) && parseGoUrl(text).scheme !== "",
  "iri-reference": isUrl,
  "uri-template": (text) => isUrl(text) && /^(?:[^{]|\{[^}]*\})*$/u.test(parseGoUrl(text).path),
  uuid: (text) => uuid.test(text),
  regex: (text) => compileIfValid(text) !== undefined,
  "json-pointer": (text) => jsonPointer.test(text),
  "relative-json-pointer": (text) => relativeJsonPointer.test(text),
};

/** Whether the text is of the format; a format that is not known holds for all. */
export function hasFormat(format: string, text: string): boolean {
  return !Object.hasOwn(checks, format) || checks[format]!(text);
}

function isTime(text: string, ...layouts: readonly string[]): boolean {
  return layouts.some((layout) => succeeds(() => parseTime(layout, text)));
}

function isUrl(text: string): boolean {
  return !text.includes("\\") && succeeds(() => parseGoUrl(text));
}

function isAddress(text: string): boolean {
  return address.test(text) && text.includes("<") === text.endsWith(">");
}

function succeeds(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (error instanceof BuiltinError) return false;
    throw error;
  }
}
