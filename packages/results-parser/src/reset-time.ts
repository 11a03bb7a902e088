/** No pause that a text names is longer: what is further away is a misunderstanding. */
const MAX_AHEAD_MS: number = 32 * 24 * 3_600_000;
/** A time of day that has just gone by is taken for gone by, not for tomorrow's. */
const JUST_NOW_MS = 3_600_000;

/**
 * When a usage limit ends, from the words of the agent or its API; null where they do not say.
 * `now` is when the words were said: bare times of day and dates without a year are read as the next such moment after it.
 *
 * | words | read as |
 * |---|---|
 * | `resets 3:45pm (America/New_York)`, `will reset at 9am (Europe/Berlin)`, `try again at 15:45` | that time of day in that zone, else UTC |
 * | `resets Nov 25, 4:17pm (UTC)`, `resets Jul 11 at 12pm (Asia/Tokyo)`, `try again at Nov 25th, 2026 4:17 PM` | that date and time |
 * | `resets Monday 9am`, `resets Tue, 12am (UTC)` | the next such day |
 * | `resets at 2026-11-25T16:17:00Z` | that moment |
 * | `limit reached|1762952400`, `"resets_at": 1777936568` | seconds since 1970 |
 * | `try again in 2 days 17 hours 14 minutes`, `retry in 34.5s`, `resets in 3h 20m`, `"resets_in_seconds": 120` | that long after `now` |
 *
 * The forms are those that Claude Code 1.0 to 2.1, Codex and Gemini CLI print.
 */
export function parseResetTime(text: string, now: Date): Date | null {
  const words = text.slice(0, 4000);
  for (const read of [epoch, instant, span, dateAndTime, weekday, timeOfDay]) {
    const found = read(words, now);
    if (found === null || Number.isNaN(found.getTime())) continue;
    return found.getTime() - now.getTime() <= MAX_AHEAD_MS ? found : null;
  }
  return null;
}

const CLOCK = String.raw`(\d{1,2})(?::(\d{2}))?(?::\d{2})?\s?(am|pm)?\b`;
const ZONE = String.raw`(?:\s*\(?([A-Z][A-Za-z_]+(?:\/[A-Za-z_+\-0-9]+){1,2}|UTC|GMT)\)?)?`;
const BEFORE = String.raw`(?:reset(?:s|ting)?|try again|retry|available(?: again)?|until)(?:\s+(?:at|on|after|by))?[\s:]{1,3}`;

const TIME_OF_DAY = new RegExp(`${BEFORE}${CLOCK}${ZONE}`, "i");
const DATE_AND_TIME = new RegExp(
  String.raw`${BEFORE}([A-Z][a-z]{2})[a-z]{0,6}\.?\s(\d{1,2})(?:st|nd|rd|th)?(?:,?\s(\d{4}))?(?:,\s?|\sat\s|\s)${CLOCK}${ZONE}`,
  "i",
);
const WEEKDAY = new RegExp(
  String.raw`${BEFORE}(sun|mon|tue|wed|thu|fri|sat)[a-z]{0,6}(?:,\s?|\sat\s|\s)${CLOCK}${ZONE}`,
  "i",
);
const INSTANT = new RegExp(
  String.raw`${BEFORE}(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d))`,
  "i",
);
const EPOCH = /(?:limit reached\||"?resets_?at"?\s?[:=]\s?"?)(\d{10})(?:\d{3})?\b/i;
const SPAN = new RegExp(
  String.raw`(?:reset(?:s|ting)?|try again|retry|available(?: again)?)(?: after| in)\s((?:\d{1,7}(?:\.\d{1,9})?\s?(?:days?|d|hours?|hrs?|h|minutes?|mins?|ms|m|seconds?|secs?|s)[\s,]{0,2}(?:and\s)?){1,5})`,
  "i",
);
const SECONDS = /"?(?:resets?_in_seconds|retry[-_]after)"?\s?[:=]\s?"?(\d{1,8})\b/i;
const PART = /(\d+(?:\.\d+)?)\s?(ms|[dhms])/gi;
const UNIT_MS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

function epoch(text: string): Date | null {
  const found = EPOCH.exec(text);
  return found === null ? null : new Date(Number(found[1]) * 1000);
}

function instant(text: string): Date | null {
  const found = INSTANT.exec(text);
  return found === null ? null : new Date(found[1] ?? "");
}

function span(text: string, now: Date): Date | null {
  const seconds = SECONDS.exec(text);
  if (seconds !== null) return new Date(now.getTime() + Number(seconds[1]) * 1000);
  const found = SPAN.exec(text);
  if (found === null) return null;
  let ms = 0;
  for (const [, amount, unit] of (found[1] ?? "").matchAll(PART)) {
    ms += Number(amount) * (UNIT_MS[(unit ?? "").toLowerCase()] ?? 0);
  }
  return new Date(now.getTime() + ms);
}

function dateAndTime(text: string, now: Date): Date | null {
  const found = DATE_AND_TIME.exec(text);
  if (found === null) return null;
  const [, monthName = "", day, year, hour, minute, half, zone] = found;
  const month = MONTHS.indexOf(monthName.toLowerCase());
  const clock = clockOf(hour, minute, half);
  if (month === -1 || clock === null) return null;
  const here = wallClock(now, zone);
  const at = (inYear: number): Date => fromWallClock(inYear, month, Number(day), clock, zone);
  if (year !== undefined) return at(Number(year));
  const thisYear = at(here.getUTCFullYear());
  // In December a date in January is next year's.
  return thisYear.getTime() < now.getTime() - 180 * 86_400_000 ? at(here.getUTCFullYear() + 1) : thisYear;
}

function weekday(text: string, now: Date): Date | null {
  const found = WEEKDAY.exec(text);
  if (found === null) return null;
  const [, name = "", hour, minute, half, zone] = found;
  const clock = clockOf(hour, minute, half);
  if (clock === null) return null;
  const today = wallClock(now, zone).getUTCDay();
  const ahead = (DAYS.indexOf(name.slice(0, 3).toLowerCase()) - today + 7) % 7;
  return nextAfter(now, zone, clock, ahead, 7);
}

function timeOfDay(text: string, now: Date): Date | null {
  const found = TIME_OF_DAY.exec(text);
  if (found === null) return null;
  const [, hour, minute, half, zone] = found;
  // "retry 3" is no time of day.
  if (minute === undefined && half === undefined) return null;
  const clock = clockOf(hour, minute, half);
  return clock === null ? null : nextAfter(now, zone, clock, 0, 1);
}

interface Clock {
  readonly hour: number;
  readonly minute: number;
}

function clockOf(
  hour: string | undefined,
  minute: string | undefined,
  half: string | undefined,
): Clock | null {
  const written = Number(hour);
  const afternoon = half?.toLowerCase() === "pm";
  const in24 = half === undefined ? written : (written % 12) + (afternoon ? 12 : 0);
  const clock = { hour: in24, minute: Number(minute ?? 0) };
  return written > (half === undefined ? 23 : 12) || clock.minute > 59 ? null : clock;
}

function nextAfter(now: Date, zone: string | undefined, clock: Clock, days: number, step: number): Date {
  const here = wallClock(now, zone);
  const on = (offset: number): Date =>
    fromWallClock(here.getUTCFullYear(), here.getUTCMonth(), here.getUTCDate() + offset, clock, zone);
  const first = on(days);
  return first.getTime() > now.getTime() - JUST_NOW_MS ? first : on(days + step);
}

/** The moment as a clock in `zone` shows it, in the UTC fields of a Date. An unknown zone is UTC. */
function wallClock(moment: Date, zone: string | undefined): Date {
  if (zone === undefined || zone === "UTC" || zone === "GMT") return moment;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    return moment;
  }
  const parts = format.formatToParts(moment);
  const part = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((found) => found.type === type)?.value ?? 0);
  return new Date(
    Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second")),
  );
}

function fromWallClock(
  year: number,
  month: number,
  day: number,
  clock: Clock,
  zone: string | undefined,
): Date {
  const wanted = Date.UTC(year, month, day, clock.hour, clock.minute);
  let guess = wanted;
  // Twice: the first correction may cross a change to or from summer time.
  for (let round = 0; round < 2; round += 1) {
    const shown = wallClock(new Date(guess), zone).getTime();
    guess += wanted - shown;
  }
  return new Date(guess);
}
