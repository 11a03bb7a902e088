/** Text from a machine, fit for a terminal: no control or escape characters, no bidirectional overrides. */
export function printable(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex -- escape sequences are what is taken out
      .replaceAll(/\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)|[@-Z\\-_])/g, "")
      // oxlint-disable-next-line no-control-regex -- as above
      .replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g, "")
  );
}
