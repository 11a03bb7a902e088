import { nodeId } from "./user-json.ts";

const names: Readonly<Record<string, string>> = {
  MIT: "MIT License",
  "Apache-2.0": "Apache License 2.0",
  "BSD-3-Clause": 'BSD 3-Clause "New" or "Revised" License',
  "GPL-3.0": "GNU General Public License v3.0",
  "AGPL-3.0": "GNU Affero General Public License v3.0",
  "MPL-2.0": "Mozilla Public License 2.0",
};

/** `license-simple` of an SPDX id; what GitHub does not know is `NOASSERTION`. */
export function licenseJson(apiUrl: string, spdx: string): Record<string, unknown> {
  const name = names[spdx];
  const key = name === undefined ? "other" : spdx.toLowerCase();
  return {
    key,
    name: name ?? "Other",
    spdx_id: name === undefined ? "NOASSERTION" : spdx,
    url: name === undefined ? null : `${apiUrl}/licenses/${key}`,
    node_id: nodeId("License", key),
  };
}
