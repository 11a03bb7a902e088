const mostBytes = 16 * 1024 * 1024;
const withoutBody = new Set([101, 204, 205, 304]);

/** `fetch` whose answers end with an error after 16 MiB, so that no server fills the memory. */
export const cappedFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  if (response.body === null || withoutBody.has(response.status)) return response;
  let size = 0;
  const cap = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      size += chunk.byteLength;
      if (size <= mostBytes) controller.enqueue(chunk);
      else controller.error(new Error(`the answer is larger than ${mostBytes} bytes`));
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(cap), { status, statusText, headers });
};
