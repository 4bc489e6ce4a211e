/** More than any request of ours needs. */
const BODY_BYTES = 100_000
/** What is sent beyond is read no further than this, and the connection is lost. */
const READ_ON_BYTES = 8_000_000

/** The body as text; null where it is too large, whether or not it says so beforehand. */
export async function readBody(request: Request): Promise<string | null> {
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > READ_ON_BYTES) return null
    // Read to the end all the same: a client that is still sending when it is answered loses its connection.
    text = size > BODY_BYTES ? '' : text + decoder.decode(chunk, { stream: true })
  }
  return size > BODY_BYTES ? null : text + decoder.decode()
}

/** Reads what nobody has read: with it the client loses neither this answer nor the connection for the next request. */
export async function readRest(request: Request): Promise<void> {
  if (request.body && !request.bodyUsed) await readBody(request)
}
