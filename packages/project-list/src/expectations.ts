export interface Expectation {
  readonly expected: string;
  readonly nextAct: string;
}

const DEFAULT_ACT = "Correct the value.";

const EXPECTATIONS: Readonly<Record<string, Expectation>> = {
  "": {
    expected: 'a project: {"id": …, "repo": …, "language": …}',
    nextAct: "Write an object, or remove the entry.",
  },
  id: {
    expected: "1-60 characters of a-z, 0-9, -, _ and ., beginning with a letter or digit",
    nextAct: 'Give the entry an id such as "project-001".',
  },
  repo: {
    expected: '"owner/name" with the characters that GitHub allows',
    nextAct:
      'Write it like "pallets/flask", without https:// and .git; another address belongs into "upstream".',
  },
  upstream: {
    expected: "a git URL or path without a password, or null",
    nextAct: "Remove it to use the repository on GitHub; passwords belong into git's credential helper.",
  },
  language: {
    expected: '"python", "javascript", "typescript" or "java"',
    nextAct: "Write one of them exactly so.",
  },
  stars: {
    expected: "a whole number from 0, or null",
    nextAct: "Write digits only, without quotation marks.",
  },
  description: { expected: "text of at most 10,000 characters", nextAct: DEFAULT_ACT },
  company: { expected: "one line of text, or null", nextAct: "Write null when there is none." },
  domain: { expected: "one line of text, or null", nextAct: "Write null when there is none." },
  model: { expected: "a model's alias or full id, or null", nextAct: "Write null for the campaign's model." },
  why_selected: { expected: "text of at most 10,000 characters", nextAct: DEFAULT_ACT },
  target_contact: {
    expected: 'an object with "name" and "title", or null',
    nextAct: "Write null while nobody is known.",
  },
  "target_contact.name": {
    expected: "first and last name on one line",
    nextAct: "Fill it in, or set target_contact to null while nobody is known.",
  },
  "target_contact.title": {
    expected: 'one line of text such as "CTO"',
    nextAct: 'Fill it in, or write "" when it is not known.',
  },
  "target_contact.email": {
    expected: "an address such as first.last@example.com, or null",
    nextAct: "Fill it in, or write null while it is not known.",
  },
  "target_contact.linkedin": {
    expected: "the profile's address on one line, or null",
    nextAct: "Fill it in, or write null while it is not known.",
  },
  "target_contact.found_at": {
    expected: "a day such as 2026-01-31, or null",
    nextAct: "Write the day on which the contact was found, or null.",
  },
  "target_contact.country": {
    expected: "a country's two capitals such as US or DE, or null",
    nextAct: "Write the person's country, or null while it is not known.",
  },
  "target_contact.source": {
    expected: 'where the contact comes from: "manual", "apollo", "sumble" …',
    nextAct: "Find the contact in another way and name that, or set target_contact to null.",
  },
};

const LANGUAGES: Readonly<Record<string, string>> = {
  py: "python",
  python3: "python",
  js: "javascript",
  node: "javascript",
  nodejs: "javascript",
  "node.js": "javascript",
  jsx: "javascript",
  ts: "typescript",
  tsx: "typescript",
  jvm: "java",
  openjdk: "java",
};

/** What belongs into a field (`target_contact.email`); `value` is what stands there. */
export function expectation(field: string, value: unknown): Expectation {
  const { expected, nextAct } = EXPECTATIONS[field] ?? {
    expected: "another value",
    nextAct: DEFAULT_ACT,
  };
  if (typeof value !== "string") return { expected, nextAct };
  if (field === "language") {
    const word = value.trim().toLowerCase();
    const meant =
      LANGUAGES[word] ?? ["python", "javascript", "typescript", "java"].find((language) => language === word);
    if (meant !== undefined) return { expected, nextAct: `Write "${meant}".` };
  }
  if (field === "repo") {
    const meant =
      /^(?:https?:\/\/|git@|ssh:\/\/git@)?(?:www\.)?github\.com[/:]([\w-]+\/[\w.-]+?)(?:\.git)?\/?$/iu.exec(
        value,
      )?.[1];
    if (meant !== undefined) return { expected, nextAct: `Write "${meant}".` };
  }
  return { expected, nextAct };
}
