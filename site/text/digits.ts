/** Digits of Arabic and Persian keyboards as 0 to 9; everything else stays as it is. */
export const latinDigits = (text: string): string =>
  text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 0xf))
