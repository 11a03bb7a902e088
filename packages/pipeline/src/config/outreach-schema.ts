import { z } from "zod";
import type { Config } from "./config.ts";

const text = z.string().trim().min(1).max(500);

/** `outreach`. */
export const outreach: z.ZodType<Config["outreach"], object> = z.strictObject({
  gate: z
    .strictObject({ minVerified: z.int().min(1).default(3), minSpeedup: z.number().min(1).default(1.5) })
    .prefault({})
    .describe("No draft below this."),
  calendlyLink: z.url({ protocol: /^https$/ }).default("https://calendly.com/codeflash-saurabh/30min"),
  sender: z
    .strictObject({
      name: text.nullable().default(null),
      email: z.email().nullable().default(null),
      postalAddress: text.nullable().default(null),
      optOut: text.nullable().default(null).describe("How to be left alone, as a sentence of the footer."),
    })
    .prefault({})
    .describe("Footer of every mail; nothing is approved without it."),
  allowedCountries: z
    .array(z.string().regex(/^[A-Z]{2}$/))
    .default([])
    .describe("Countries (ISO 3166) whose people may be written to."),
  draftMaxAgeDays: z.number().positive().max(365).default(30),
  imap: z
    .strictObject({
      host: z.string().min(1),
      port: z.int().min(1).max(65535).default(993),
      secure: z.boolean().default(true).describe("TLS from the first byte; false: STARTTLS."),
      user: z.string().min(1),
      mailbox: z.string().min(1).nullable().default(null),
    })
    .nullable()
    .default(null)
    .describe("Mailbox for `uo drafts push --to imap`; the password is IMAP_PASSWORD."),
  apollo: z
    .strictObject({
      baseUrl: z.url().default("https://api.apollo.io/api/v1"),
      sequenceId: z.string().min(1).nullable().default(null),
      emailAccountId: z.string().min(1).nullable().default(null),
    })
    .prefault({}),
  sumble: z.strictObject({ baseUrl: z.url().default("https://api.sumble.com/v1") }).prefault({}),
});
