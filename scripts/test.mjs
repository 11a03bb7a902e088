// npm test: sets up, makes sure that OpenSSH's server is here (tests use the real one), runs every test.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fail, run, setUp } from "./setup.mjs";

setUp();
needSshd();
run("vitest", ["run", ...process.argv.slice(2)]);

function needSshd() {
  const places = ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/opt/homebrew/sbin/sshd"];
  if (places.some((place) => existsSync(place))) return;
  if (process.getuid?.() === 0 && spawnSync("apt-get", ["--version"]).status === 0) {
    console.error("Installing openssh-server: the tests use the real one …");
    spawnSync("apt-get", ["update", "-qq"], { stdio: ["ignore", 2, 2] });
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    spawnSync("apt-get", ["install", "-y", "-qq", "openssh-server"], { stdio: ["ignore", 2, 2], env });
    if (places.some((place) => existsSync(place))) return;
  }
  fail(
    "the tests need OpenSSH's server (sshd): install it, on Debian or Ubuntu with 'sudo apt-get install openssh-server'.",
  );
}
