import { readFileSync } from "node:fs";
import yargs, { type Argv } from "yargs";
import type { Args, Command, Io } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { interruption } from "./output/interruption.ts";

/**
 * Runs `universe-batch` with these arguments.
 *
 * @returns 0 done, 1 failed or a person is needed, 2 misused
 */
export async function runCli(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const handle = async (command: Command, args: Args): Promise<void> => {
    using stop = interruption();
    const io: Io = {
      json: args["json"] === true,
      out: (text) => void process.stdout.write(text),
      err: (text) => void process.stderr.write(text),
      signal: stop.signal,
    };
    try {
      exitCode = await (await command.load())(args, io);
    } catch (error) {
      const { reportError } = await import("./output/report-error.ts");
      exitCode = reportError(error, io);
    }
  };
  try {
    await build(argv, handle).parseAsync();
  } catch (error) {
    if (!(error instanceof Misuse)) throw error;
    process.stderr.write(`${error.message}\n`);
    if (argv.includes("--json"))
      process.stdout.write(
        `${JSON.stringify({ ok: false, error: { name: "Misuse", code: "misuse", message: error.message.trim() } })}\n`,
      );
    return 2;
  }
  return exitCode;
}

/** A command line that cannot be understood. */
class Misuse extends Error {}

function build(argv: readonly string[], handle: (command: Command, args: Args) => Promise<void>): Argv {
  let parser = yargs([...argv])
    .scriptName("universe-batch")
    .usage("universe-batch <command>: drive a campaign of ten to a thousand projects, with nobody watching")
    .option("campaign", {
      type: "string",
      alias: "C",
      default: ".",
      describe: "Folder of the campaign",
      global: true,
    })
    .option("json", { type: "boolean", default: false, describe: "Print the result as JSON", global: true })
    .version(version())
    .alias("version", "V")
    .help()
    .alias("help", "h")
    .demandCommand(1, "Name a command; 'universe-batch --help' lists them.")
    .recommendCommands()
    .strict()
    .exitProcess(false)
    .wrap(Math.min(110, process.stdout.columns ?? 110))
    .epilogue("Exit status: 0 done, 1 failed or a person is needed, 2 misused. 'uo' shows single projects.")
    .fail((message: string | null, error: Error | undefined, failing) => {
      if (error !== undefined && message === null) throw error;
      failing.showHelp("error");
      throw new Misuse(`\n${message ?? error?.message ?? "misused"}`);
    });
  for (const command of COMMANDS)
    parser = parser.command(
      command.usage,
      command.describe,
      (sub) => {
        let made: Argv = sub;
        for (const [name, options] of Object.entries(command.positionals ?? {}))
          made = made.positional(name, options);
        for (const [name, options] of Object.entries(command.options ?? {}))
          made = made.option(name, options);
        for (const [example, meaning] of command.examples) made = made.example(example, meaning);
        return made;
      },
      (args) => handle(command, args),
    );
  return parser;
}

function version(): string {
  const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return manifest.version;
}
