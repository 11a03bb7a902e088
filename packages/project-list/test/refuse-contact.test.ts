import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addProject, refuseContact, setTargetContact } from "@universe-optimize/project-list";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "refuse-contact-"));
  file = join(folder, "projects.json");
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe("refuseContact", () => {
  it.each([
    "commit e-mail",
    "commits",
    "git log",
    "Git",
    "GitHub profile",
    "githubProfile",
    "https://github.com/acme",
    "gh api",
    "CODEOWNERS file",
    ".mailmap",
    "gharchive.org",
    "ＧｉｔＨｕｂ",
  ])("refuses the source %s", (source) => {
    expect(refuseContact({ source })).toMatchObject({ code: "forbidden_source" });
  });

  it.each(["manual", "apollo", "sumble", "conference in Berlin", "digital fair", "company website"])(
    "takes the source %s",
    (source) => {
      expect(refuseContact({ source, email: "first.last@example.com" })).toBeNull();
    },
  );

  it("refuses an address that exists in commits only, whatever the source says", () => {
    const email = `1+someone@${["users", "noreply", "github", "com"].join(".")}`;
    expect(refuseContact({ source: "manual", email })).toMatchObject({ code: "forbidden_address" });
    expect(refuseContact({ source: "manual", email: `${email}.` })).not.toBeNull();
    expect(refuseContact({ source: "manual", email: email.toUpperCase() })).not.toBeNull();
  });

  it.each([undefined, null, "", "  "])("refuses a contact without a source (%j)", (source) => {
    expect(refuseContact({ source })).toMatchObject({ code: "no_source" });
  });

  it("says what the policy is and what to do", () => {
    expect(refuseContact({ source: "commit e-mail" })?.reason).toMatch(
      /"commit e-mail".*policies.*another way/u,
    );
  });
});

const PROJECT = { repo: "acme/fast", language: "python" } as const;

describe("adding", () => {
  it("refuses a contact of a commit e-mail, and leaves the file as it was", async () => {
    await writeFile(file, "[]\n");
    const target_contact = { name: "First Last", title: "CTO", source: "commit e-mail" };
    await expect(addProject(file, { ...PROJECT, target_contact })).rejects.toThrow("acceptable-use");
    const email = `x@${["users", "noreply", "github", "com"].join(".")}`;
    await expect(
      addProject(file, { ...PROJECT, target_contact: { name: "First Last", title: "", email } }),
    ).rejects.toThrow("exists in commits only");
    expect(await readFile(file, "utf8")).toBe("[]\n");
  });
});

describe("setTargetContact", () => {
  const contact = {
    name: "First Last",
    title: "CTO",
    email: "first.last@example.com",
    linkedin: null,
    source: "apollo",
    found_at: "2026-01-31",
  };

  it("puts the contact in and leaves the rest as it is", async () => {
    const before = `\uFEFF[\n  // mine\n  {"id": "one", "repo": "acme/one", "language": "java"},\n  {"id": "two", "repo": "acme/two", "language": "java", "target_contact": null}, // last\n]\n`;
    await writeFile(file, before);
    expect(await setTargetContact(file, "two", contact)).toMatchObject({
      id: "two",
      target_contact: contact,
    });
    const after = await readFile(file, "utf8");
    expect(after.startsWith('\uFEFF[\n  // mine\n  {"id": "one"')).toBe(true);
    expect(after).toContain("// last");
    expect((await setTargetContact(file, "one", contact)).target_contact).toEqual(contact);
  });

  it("refuses what adding refuses, and a project that is not there", async () => {
    const { id } = await addProject(file, PROJECT);
    const before = await readFile(file, "utf8");
    await expect(setTargetContact(file, id, { ...contact, source: "git log" })).rejects.toThrow(
      "acceptable-use",
    );
    await expect(setTargetContact(file, id, { ...contact, found_at: "yesterday" })).rejects.toThrow(
      "2026-01-31",
    );
    await expect(setTargetContact(file, "other", contact)).rejects.toMatchObject({ code: "not_found" });
    expect(await readFile(file, "utf8")).toBe(before);
  });
});
