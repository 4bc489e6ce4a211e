import type { Stack } from '../stack.ts'

export async function measureStats(_stack: Stack, _say: (line: string) => void): Promise<string> {
  return ''
}
