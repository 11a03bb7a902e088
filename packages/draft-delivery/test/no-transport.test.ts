import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));

async function sources(): Promise<string[]> {
  const files: string[] = [];
  for (const group of ["packages", "apps"]) {
    for (const name of await readdir(join(root, group))) {
      const folder = join(root, group, name, "src");
      const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
      for (const entry of entries)
        if (entry.isFile() && /\.[cm]?[jt]sx?$/.test(entry.name))
          files.push(join(entry.parentPath, entry.name));
    }
  }
  return files;
}

// Libraries and services that send mail. Of nodemailer the part that composes a message is allowed, and no other.
const names =
  /^(?:nodemailer(?!\/lib\/mail-composer$).*|.*smtp.*|emailjs|@sendgrid\/.+|mailgun.*|postmark|resend|@aws-sdk\/client-ses.*|mailersend|sparkpost|@azure\/communication-email)$/;
const imports = /\b(?:from|import|require)\s*\(?\s*["']([^"'\n]+)["']/g;
const sendersIn = (code: string): string[] =>
  [...code.matchAll(imports)].map((match) => match[1] ?? "").filter((name) => names.test(name));
const calls =
  /\bcreateTransport\s*\(|\bsendMail\s*\(|\.sendNow\s*\(|["'`][^"'`\s]*\/(?:send_now|approve)["'`]/;

test("no source imports what sends mail, or calls it", async () => {
  const files = await sources();
  const found: string[] = [];
  let composers = 0;
  for (const file of files) {
    // The server that plays Apollo in tests has the paths that nobody may call.
    if (/\.test\.[jt]sx?$|\/test-servers\/src\/apollo\//.test(file)) continue;
    const text = await readFile(file, "utf8");
    composers += /nodemailer\/lib\/mail-composer/.test(text) ? 1 : 0;
    const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
    for (const hit of [...sendersIn(code), ...(calls.exec(code) ?? [])]) found.push(`${file}: ${hit}`);
  }
  expect(found).toEqual([]);
  expect(files.length).toBeGreaterThan(100);
  expect(composers).toBe(1);
});

test("the patterns find what they should", () => {
  for (const line of [
    'import nodemailer from "nodemailer";',
    'import x from "nodemailer/lib/smtp-transport";',
    'import { SMTPClient } from "smtp-client";',
    'await import("@sendgrid/mail")',
  ])
    expect(sendersIn(line)).toHaveLength(1);
  expect(sendersIn('import MailComposer from "nodemailer/lib/mail-composer";')).toEqual([]);
  for (const line of ["transport.sendMail ({", "createTransport({", "`/emailer_messages/${id}/send_now`"])
    expect(line).toMatch(calls);
});

test("no package depends on a library that sends mail", async () => {
  const found: string[] = [];
  for (const group of ["packages", "apps"]) {
    for (const name of await readdir(join(root, group))) {
      const text = await readFile(join(root, group, name, "package.json"), "utf8").catch(() => "{}");
      const { dependencies = {} } = JSON.parse(text) as { dependencies?: Record<string, string> };
      for (const dependency of Object.keys(dependencies)) {
        const isComposer = dependency === "nodemailer" && name === "email-renderer";
        if (names.test(dependency) && !isComposer) found.push(`${name}: ${dependency}`);
      }
    }
  }
  expect(found).toEqual([]);
});
