/** Phone numbers as peers write them. Pure. */

/** A mainland mobile number without the country code that some peers put before it; anything else as it is. */
export function bareNumber(number: string): string {
  return number.replace(/^(?:\+|00)?86(?=1\d{10}$)/, '');
}
