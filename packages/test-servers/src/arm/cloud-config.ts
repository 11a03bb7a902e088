/** An ed25519 host key that cloud-init is told to install; null: the machine makes its own. */
export function hostKeyOf(
  customData: string,
): { readonly privateKey: string; readonly publicKey: string } | null {
  const text = Buffer.from(customData, "base64").toString("utf8");
  if (!text.startsWith("#cloud-config")) return null;
  const keys = fromJson(text) ?? fromYaml(text);
  const privateKey = keys["ed25519_private"];
  const publicKey = keys["ed25519_public"]?.trim().split(" ").slice(0, 2).join(" ");
  if (privateKey === undefined || publicKey === undefined) return null;
  return { privateKey: `${privateKey.trim()}\n`, publicKey };
}

/** JSON is YAML too. */
function fromJson(text: string): Record<string, string> | null {
  try {
    const parsed = JSON.parse(text.slice(text.indexOf("\n") + 1)) as { ssh_keys?: Record<string, string> };
    return parsed.ssh_keys ?? {};
  } catch {
    return null;
  }
}

/** The part of YAML that `ssh_keys` is written in: plain or quoted scalars, and `|` blocks. */
function fromYaml(text: string): Record<string, string> {
  const keys: Record<string, string> = {};
  const lines = text.split("\n");
  let index = lines.findIndex((line) => /^ssh_keys:\s*$/.test(line)) + 1;
  if (index === 0) return keys;
  for (; index < lines.length; index++) {
    const match = /^(\s+)(\w+):\s*(.*)$/.exec(lines[index] ?? "");
    if (match === null) break;
    const [, indent = "", name = "", value = ""] = match;
    if (!/^[|>][-+]?$/.test(value)) {
      keys[name] = value.replace(/^(["'])(.*)\1$/, "$2");
      continue;
    }
    const block: string[] = [];
    while (index + 1 < lines.length) {
      const line = lines[index + 1] ?? "";
      if (line.trim() !== "" && line.search(/\S/) <= indent.length) break;
      block.push(line.trim());
      index += 1;
    }
    keys[name] = block.join("\n");
  }
  return keys;
}
