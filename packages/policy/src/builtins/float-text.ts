/** The number as Go's `strconv` writes it with `'g'` and its shortest digits. */
export function floatText(value: number): string {
  return general(value.toExponential());
}

/** The same for the `float32` nearest to the number; with YAML's names for what is no number. */
export function shortFloatText(value: number): string {
  if (Number.isNaN(value)) return ".nan";
  const single = Math.fround(value);
  if (!Number.isFinite(single)) return single > 0 ? ".inf" : "-.inf";
  for (let digits = 0; digits < 9; digits++) {
    const text = single.toExponential(digits);
    if (Math.fround(Number(text)) === single) return general(text);
  }
  return general(single.toExponential());
}

// An exponent below -4 or from 6 on is written as one.
function general(text: string): string {
  const [mantissa, exponentText] = text.split("e") as [string, string];
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return plain(mantissa, exponent);
  const sign = exponent < 0 ? "-" : "+";
  return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function plain(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith("-") ? "-" : "";
  const digits = mantissa.replaceAll(/[-.]/gu, "");
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const padded = digits.padEnd(exponent + 1, "0");
  const fraction = padded.slice(exponent + 1);
  return sign + padded.slice(0, exponent + 1) + (fraction === "" ? "" : `.${fraction}`);
}
