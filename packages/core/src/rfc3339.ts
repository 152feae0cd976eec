const pattern =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?:Z|[+-](\d{2}):(\d{2}))$/u;

/**
 * Whether a text is a point in time as RFC 3339 section 5.6 writes it, and one that exists: the
 * 31st of April is refused. So are a leap second and the years before 1678 and after 2261, which
 * Rego's `time.parse_rfc3339_ns` (nanoseconds in 64 bits) does not know: a policy must be able to
 * read every time that is let in.
 */
export function isRfc3339(text: string): boolean {
  const match = pattern.exec(text);
  if (match === null) return false;
  const [year, month, day, hour, minute, second, offsetHour, offsetMinute] = match
    .slice(1)
    .map((digits) => (digits === undefined ? 0 : Number(digits))) as FixedParts;
  return (
    year >= 1678 &&
    year <= 2261 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysIn(year, month) &&
    hour <= 23 &&
    minute <= 59 &&
    second <= 59 &&
    offsetHour <= 23 &&
    offsetMinute <= 59
  );
}

type FixedParts = [number, number, number, number, number, number, number, number];

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
