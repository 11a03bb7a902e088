/** What an agent prints in hours: many short events, tool outputs of 64 KiB, here and there one of 2 MiB. */
export async function* longLog(bytes: number): AsyncGenerator<Uint8Array> {
  const tool = (size: number): string =>
    `${JSON.stringify({ type: "user", message: { content: [{ type: "tool_result", content: 'line \u00e9 "type":"result"\n'.repeat(size / 24) }] } })}\n`;
  const short = `${JSON.stringify({ type: "assistant", message: { model: "m", content: [{ type: "text", text: "I run the tests again. ".repeat(20) }] } })}\n`;
  const block = Buffer.from(short.repeat(200) + tool(65_536).repeat(8) + tool(2 ** 21));
  yield Buffer.from('{"type":"system","subtype":"init","model":"m","session_id":"s"}\n');
  const size = 65_536;
  let sent = 0;
  while (sent < bytes) {
    for (let at = 0; at < block.length; at += size) yield block.subarray(at, at + size);
    sent += block.length;
  }
  yield Buffer.from(
    '{"type":"result","subtype":"success","is_error":false,"total_cost_usd":7.5,"num_turns":9}\n',
  );
}
