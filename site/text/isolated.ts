/**
 * A name in a sentence of another direction, between marks that keep its own letters and full stops together
 * (Unicode's first strong isolate). Where everything runs from left to right there are none.
 */
export const isolated = (name: string, dir: 'ltr' | 'rtl'): string =>
  dir === 'rtl' || RIGHT_TO_LEFT.test(name) ? `\u2068${name}\u2069` : name

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/
