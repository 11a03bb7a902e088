// npm test: sets up, makes sure that the servers are here that tests use (the real ones), runs every test.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fail, run, setUp } from "./setup.mjs";

setUp();
need("OpenSSH's server (sshd)", "openssh-server", [
  "/usr/sbin/sshd",
  "/usr/local/sbin/sshd",
  "/opt/homebrew/sbin/sshd",
]);
need("Dovecot's IMAP server", "dovecot-imapd", [
  "/usr/sbin/dovecot",
  "/usr/local/sbin/dovecot",
  "/opt/homebrew/sbin/dovecot",
]);
run("vitest", ["run", ...process.argv.slice(2)]);

/** The tests talk to real servers; where one is missing and may be installed, it is. */
function need(what, debianPackage, places) {
  const isThere = () => places.some((place) => existsSync(place));
  if (isThere()) return;
  if (process.getuid?.() === 0 && spawnSync("apt-get", ["--version"]).status === 0) {
    console.error(`Installing ${debianPackage}: the tests use the real one …`);
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const options = { stdio: ["ignore", 2, 2], env };
    spawnSync("apt-get", ["update", "-qq"], options);
    spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", debianPackage], options);
    if (isThere()) return;
  }
  fail(
    `the tests need ${what}: install it, on Debian or Ubuntu with 'sudo apt-get install ${debianPackage}'.`,
  );
}
