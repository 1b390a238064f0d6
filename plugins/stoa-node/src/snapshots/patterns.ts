/** A name whose value is a secret or personal, whatever it looks like; compared without case, `-` and `_`. */
const SECRET_NAMES =
  /(pass(word|wd|phrase|code)?|pwd|secret|token|apikey|accesskey|privatekey|credential|authorization|cookie|session(id)?|signature|otp|pin|cvv|cvc|ssn|nir|iban|cardnumber|creditcard|pan)$/;

/** True for names such as `password`, `X-API-Key`, `client_secret`, `Set-Cookie`. */
export function isSecretName(name: string): boolean {
  return SECRET_NAMES.test(name.toLowerCase().replaceAll(/[-_\s.]/g, ''));
}

/** What stands where something was taken out. */
export const MASK = '***';

type Replace = (text: string) => string;

const all =
  (pattern: RegExp, isIt: (found: string) => boolean = () => true): Replace =>
  text =>
    text.replace(pattern, found => (isIt(found) ? MASK : found));

const digitsOf = (text: string) => text.replaceAll(/\D/g, '');

/** ISO/IEC 7812-1 annex B. */
function isLuhn(text: string): boolean {
  const digits = [...digitsOf(text)].reverse().map(Number);
  if (digits.length < 13 || digits.length > 19) return false;
  const sum = digits.reduce((total, digit, index) => {
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}

/** ISO 13616: the rest of the number, letters as 10 to 35, is 1 modulo 97. */
function isIban(text: string): boolean {
  const compact = text.replaceAll(/[\s-]/g, '').toUpperCase();
  if (compact.length < 15 || compact.length > 34) return false;
  const numbers = [...(compact.slice(4) + compact.slice(0, 4))]
    .map(c => parseInt(c, 36))
    .join('');
  return (
    [...numbers].reduce((rest, d) => (rest * 10 + Number(d)) % 97, 0) === 1
  );
}

/** French social security number with its key: 97 minus the number modulo 97. Corsica counts as 19 and 18. */
function isNir(text: string): boolean {
  const compact = text
    .replaceAll(/[\s.-]/g, '')
    .toUpperCase()
    .replace('2A', '19')
    .replace('2B', '18');
  return (
    /^[12378]\d{14}$/.test(compact) &&
    97n - (BigInt(compact.slice(0, 13)) % 97n) === BigInt(compact.slice(13))
  );
}

/** Seven to fifteen digits (E.164), written as a phone number and not as a plain number. */
function isPhone(text: string): boolean {
  const { length } = digitsOf(text);
  return length >= 9 && length <= 15;
}

/**
 * What is taken out of any text, in this order: longer kinds before those that
 * could be a part of them. Each pattern reads a text once, without going back.
 */
export const VALUE_PATTERNS: readonly Replace[] = [
  all(/\bstoa_(?:sk|mcp|whs)_[A-Za-z0-9_-]{8,}/g),
  all(/\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){1,4}/g),
  text =>
    text.replace(
      /\b(bearer|basic|token)(\s+)[A-Za-z0-9._~+/=-]{8,}/gi,
      (_found, scheme, space) => `${scheme}${space}${MASK}`,
    ),
  all(/-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*-----)?/g),
  all(/[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+/g),
  all(/\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}\b/gi, isIban),
  all(
    /(?<![\d.])[12378](?:[ .-]?\d){4}[ .-]?(?:\d[ .-]?\d|2[AB])(?:[ .-]?\d){8}(?![\d.])/gi,
    isNir,
  ),
  all(/(?<![\d.])\d(?:[ -]?\d){12,18}(?![\d.])/g, isLuhn),
  all(/(?<![\w.])(?:\+|00)\d(?:[ .()-]{0,2}\d){7,14}(?!\d)/g, isPhone),
  all(/(?<![\w.-])0[1-9](?:[ .-]?\d{2}){4}(?![\w-])/g),
];
