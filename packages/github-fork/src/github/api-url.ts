/** Where a server's API is: github.com's beside it, an Enterprise server's below itself. */
export function apiUrlOf(serverUrl: string): string {
  const plain = serverUrl.replace(/\/+$/, "");
  return plain === "https://github.com" ? "https://api.github.com" : `${plain}/api/v3`;
}
