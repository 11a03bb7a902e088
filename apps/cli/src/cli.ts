import { readFileSync } from "node:fs";
import yargs, { type Argv } from "yargs";
import type { Args, Command } from "./command.ts";
import { COMMANDS } from "./commands/index.ts";
import { terminalIo } from "./output/terminal-io.ts";
import { interruption } from "./output/interruption.ts";

const WIDTH = 110;

/**
 * Runs `uo` with these arguments.
 *
 * @returns 0 done, 1 failed, 2 misused; `uo ssh`: what the remote command returns
 */
export async function runCli(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const handle = async (command: Command, args: Args): Promise<void> => {
    using stop = interruption((text) => process.stderr.write(text));
    const io = terminalIo(args["json"] === true, stop.signal);
    try {
      const handler = await command.load();
      exitCode = await handler(args, io);
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
    .scriptName("uo")
    .usage("uo <command>: optimize open-source projects with a coding agent, and draft the e-mail about it")
    .option("campaign", {
      type: "string",
      alias: "C",
      default: ".",
      describe: "Folder of the campaign",
      global: true,
    })
    .option("json", { type: "boolean", default: false, describe: "Print the result as JSON", global: true })
    .option("color", {
      type: "boolean",
      describe: "Colours, on or off; default: on a terminal",
      global: true,
    })
    .parserConfiguration({ "populate--": true, "strip-aliased": true })
    .version(version())
    .alias("version", "V")
    .help()
    .alias("help", "h")
    .completion("completion", "Print a shell's completion script: uo completion >> ~/.bashrc")
    .demandCommand(1, "Name a command; 'uo --help' lists them.")
    .recommendCommands()
    .strict()
    .exitProcess(false)
    .wrap(Math.min(WIDTH, process.stdout.columns ?? WIDTH))
    .epilogue(
      "Begin with: uo demo. Exit status: 0 done, 1 failed, 2 misused; 'uo ssh' gives the remote command's.",
    )
    .fail((message: string | null, error: Error | undefined, failing) => {
      if (error !== undefined && message === null) throw error;
      failing.showHelp("error");
      throw new Misuse(`\n${message ?? error?.message ?? "misused"}`);
    });
  for (const command of COMMANDS) {
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
  }
  return parser;
}

function version(): string {
  const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return manifest.version;
}
