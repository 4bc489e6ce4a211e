/// <reference types="vite/client" />
import 'fontkit'

declare module 'fontkit' {
  /** Its types ask for Node's Buffer; any bytes will do. */
  export function create(bytes: Uint8Array): Font
}
