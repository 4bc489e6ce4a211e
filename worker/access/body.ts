/** More than any request of ours needs. */
const BODY_BYTES = 100_000

/** The body as text; null where it is too large, whether or not it says so beforehand. */
export async function readBody(request: Request): Promise<string | null> {
  if (Number(request.headers.get('Content-Length')) > BODY_BYTES) return null
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > BODY_BYTES) return null
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}
